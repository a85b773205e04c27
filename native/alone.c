// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/** The path of the executable `plures` in the folder that we are in. */
static bool path_beside_us(char *path, size_t room) {
  static const char name[] = "/plures";
  ssize_t length = readlink("/proc/self/exe", path, room - sizeof name);
  if (length <= 0) return false;
  path[length] = 0;
  char *slash = strrchr(path, '/');
  if (slash == NULL) return false;
  memcpy(slash, name, sizeof name);
  return true;
}

void hand_over(const char *how, const char *reason, struct slice stdin_bytes, char *problem, size_t room) {
  char path[PATH_MAX] = "";
  char *arguments[] = {path, "cni", (char *)(uintptr_t)how, (char *)(uintptr_t)reason, NULL};
  int input = input_file(stdin_bytes);
  bool ready = path_beside_us(path, sizeof path) && input != -1 && dup2(input, STDIN_FILENO) != -1;
  if (ready) execve(path, arguments, environ);
  JOIN(problem, room, path[0] == 0 ? "plures" : path, " cannot be started: ", strerror(errno));
}
