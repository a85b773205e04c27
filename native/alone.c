// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/** Becomes the executable beside us; comes back, with the reason in `problem`, only on failure. */
static void become(char **arguments, char *problem, size_t room) {
  char path[PATH_MAX] = "";
  bool ready = path_beside_us("plures", path, sizeof path);
  arguments[0] = path;
  if (ready) execve(path, arguments, environ);
  JOIN(problem, room, path[0] == 0 ? "plures" : path, " cannot be started: ", strerror(errno));
}

void hand_over(const char *how, const char *reason, struct slice stdin_bytes, char *problem, size_t room) {
  char *arguments[] = {NULL, "cni", (char *)(uintptr_t)how, (char *)(uintptr_t)reason, NULL};
  int input = input_file(stdin_bytes);
  if (input != -1 && dup2(input, STDIN_FILENO) != -1) become(arguments, problem, room);
  else JOIN(problem, room, "standard input cannot be handed over: ", strerror(errno));
}

void hand_arguments_over(const char *program, char **given, char *problem, size_t room) {
  size_t count = 0;
  while (given[count] != NULL) count++;
  char **arguments = calloc(count + 3, sizeof *arguments);
  if (arguments == NULL) {
    JOIN(problem, room, strerror(errno));
    return;
  }
  arguments[1] = (char *)(uintptr_t)program;
  memcpy(arguments + (program == NULL ? 1 : 2), given, count * sizeof *given);
  become(arguments, problem, room);
  free(arguments);
}
