// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/** How long a connection may wait for an agent that is busy with others. */
enum { CONNECT_SECONDS = 5 };

/** Whoever can put a socket there can have plugins run as root. */
static const char *why_not_folder(int folder) {
  struct stat stat_of;
  if (fstat(folder, &stat_of) == -1) return strerror(errno);
  if (!is_trusted(stat_of.st_uid)) return "the folder belongs to another user than root";
  return (stat_of.st_mode & 022) == 0 ? NULL : "others than the folder's owner may write to it";
}

/** Why nobody answers through `agent`, which is connected here; NULL when somebody does. */
static const char *why_not_connected(int agent, int folder) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timeval patience = {.tv_sec = CONNECT_SECONDS}, forever = {0};
  struct ucred peer;
  socklen_t length = sizeof peer;
  // Through the folder that was looked at, and so no name is too long either.
  JOIN(address.sun_path, sizeof address.sun_path, "/proc/self/fd/", decimal((uint64_t)folder).text,
       "/multus.sock");
  if (setsockopt(agent, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == -1 ||
      connect(agent, (const struct sockaddr *)&address, sizeof address) == -1 ||
      getsockopt(agent, SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1 ||
      setsockopt(agent, SOL_SOCKET, SO_SNDTIMEO, &forever, sizeof forever) == -1 ||
      fcntl(agent, F_SETFL, O_NONBLOCK) == -1)
    return strerror(errno);
  return is_trusted(peer.uid) ? NULL : "another user than root listens on it";
}

static int connect_in(int folder, const char **problem) {
  *problem = why_not_folder(folder);
  if (*problem != NULL) return -1;
  int agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  *problem = agent == -1 ? strerror(errno) : why_not_connected(agent, folder);
  if (*problem == NULL) return agent;
  if (agent != -1) close(agent);
  return -1;
}

int connect_to_agent(struct slice socket_dir, char *reason, size_t room) {
  char path[PATH_MAX];
  if (!copy_text(path, sizeof path, socket_dir) || path[0] != '/') {
    JOIN(reason, room, "the folder of its socket is no whole path");
    return -1;
  }
  const char *problem = NULL;
  int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  int agent = folder == -1 ? -1 : connect_in(folder, &problem);
  if (agent == -1) JOIN(reason, room, path, "/multus.sock: ", folder == -1 ? strerror(errno) : problem);
  if (folder != -1) close(folder);
  return agent;
}
