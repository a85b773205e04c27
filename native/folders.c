// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool is_trusted(uid_t owner) {
  return owner == 0 || owner == geteuid();
}

bool path_beside_us(const char *name, char *path, size_t room) {
  ssize_t length = readlink("/proc/self/exe", path, room - 1);
  if (length <= 0) return false;
  path[length] = 0;
  char *slash = strrchr(path, '/');
  if (slash == NULL || strlen(name) >= room - (size_t)(slash + 1 - path)) return false;
  memcpy(slash + 1, name, strlen(name) + 1);
  return true;
}

void add_to_list(struct bytes *list, struct slice element) {
  if (element.length == 0) return;
  bytes_add(list, element.at, element.length);
  bytes_add(list, "", 1);
}

/** Reads the file that names further folders; gives its length, or 0 when it is not to be believed. */
static size_t read_folders_file(const char *path, char *text, size_t room) {
  struct stat stat_of;
  // Of a FIFO nobody waits for the other end.
  int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file == -1) return 0;
  bool is_believed = fstat(file, &stat_of) == 0 && S_ISREG(stat_of.st_mode) && is_trusted(stat_of.st_uid) &&
                     (stat_of.st_mode & 022) == 0 && stat_of.st_size < (off_t)room;
  ssize_t length = is_believed ? read(file, text, room) : 0;
  close(file);
  return length > 0 && memchr(text, 0, (size_t)length) == NULL ? (size_t)length : 0;
}

/** A line counts that begins like a whole path; comments do not. */
static void put_named_folders(struct bytes *folders, struct slice text) {
  for (size_t at = 0; at < text.length;) {
    const char *line = text.at + at, *newline = memchr(line, '\n', text.length - at);
    size_t length = newline == NULL ? text.length - at : (size_t)(newline - line);
    at += length + 1;
    while (length > 0 && memchr(" \t\r", line[length - 1], 3) != NULL) length--;
    if (length > 0 && *line == '/') add_to_list(folders, (struct slice){line, length});
  }
}

void put_plugin_folders(struct bytes *folders) {
  char path[PATH_MAX], text[FOLDERS_FILE_BYTES + 1];
  const char *rest = getenv("CNI_PATH");
  while (rest != NULL && *rest != 0) {
    size_t length = strcspn(rest, ":");
    add_to_list(folders, (struct slice){rest, length});
    rest += length + (rest[length] == ':');
  }
  add_to_list(folders, text_slice(DEFAULT_BIN_DIR));
  if (!path_beside_us(FOLDERS_FILE, path, sizeof path)) return;
  size_t length = read_folders_file(path, text, sizeof text);
  put_named_folders(folders, (struct slice){text, length});
  add_to_list(folders, (struct slice){path, strlen(path) - sizeof FOLDERS_FILE});
}
