// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Why `path` cannot be run, as words that follow "because", as src/host/why-not-runnable.ts says it from
 * outside. */
static bool is_runnable(const char *path, char *reason, size_t room) {
  struct stat stat_of;
  const char *why = NULL;
  if (stat(path, &stat_of) == -1) {
    // Only a link can be listed and not be there.
    if (errno != ENOENT) {
      JOIN(reason, room, "it cannot be looked at (", strerror(errno), ")");
      return false;
    }
    why = "it is a link to a file that does not exist";
  } else if (S_ISDIR(stat_of.st_mode)) {
    why = "it is a directory";
  } else if (!S_ISREG(stat_of.st_mode)) {
    why = "it is not a regular file";
  } else if (access(path, X_OK) == -1) {
    why = (stat_of.st_mode & 0111) == 0
              ? "it is not executable (chmod +x is missing)"
              : "its folder or its file system (mount option noexec) does not let us run it";
  }
  if (why != NULL) JOIN(reason, room, why);
  return why == NULL;
}

/** The plugin's path in a folder; false when it would be too long for the kernel. */
static bool path_in(const char *folder, const char *plugin, char *path, size_t room) {
  size_t length = strlen(folder);
  return JOIN(path, room, folder, length > 0 && folder[length - 1] == '/' ? "" : "/", plugin);
}

enum lookup find_plugin(struct slice folders, const char *plugin, struct plugin_file *found) {
  enum lookup result = LOOKUP_NOT_FOUND;
  struct plugin_file candidate;
  struct stat ignored;
  for (const char *folder = next_of_list(&folders); folder != NULL; folder = next_of_list(&folders)) {
    if (!path_in(folder, plugin, candidate.path, sizeof candidate.path)) continue;
    if (lstat(candidate.path, &ignored) == -1) continue;
    bool runnable = is_runnable(candidate.path, candidate.reason, sizeof candidate.reason);
    // A file that cannot be run is told of when no later folder has a better one.
    if (runnable || result == LOOKUP_NOT_FOUND) *found = candidate;
    if (runnable) return LOOKUP_FOUND;
    result = LOOKUP_NOT_RUNNABLE;
  }
  return result;
}

bool fingerprint_of(const char *path, char *text, size_t room) {
  struct stat file;
  if (stat(path, &file) == -1) return false;
  struct digits size = decimal((uint64_t)file.st_size), inode = decimal(file.st_ino);
  struct digits seconds = decimal((uint64_t)file.st_mtim.tv_sec);
  struct digits nanoseconds = decimal((uint64_t)file.st_mtim.tv_nsec);
  return JOIN(text, room, size.text, "-", seconds.text, ".", nanoseconds.text, "-", inode.text);
}
