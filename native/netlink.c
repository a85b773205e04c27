// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <unistd.h>

// linux/magic.h and linux/netlink.h, which a C library does not bring.
#define NAMESPACE_FILES 0x6e736673
enum { PROTOCOL_ROUTE = 0, ERROR_MESSAGE = 2, DONE_MESSAGE = 3, MULTI_FLAG = 2, HEADER_BYTES = 16 };

/** The kernel answers at once; a message to which there is no answer must not hold us up for ever. */
enum { ANSWER_SECONDS = 5 };

static const char own_namespace[] = "/proc/self/ns/net";

static bool is_own_namespace(int namespace) {
  struct stat own, other;
  // When in doubt it is ours: no agent has business in the host's network.
  if (stat(own_namespace, &own) == -1 || fstat(namespace, &other) == -1) return true;
  return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/** Opens for reading what `place` names; nothing but a namespace is opened, for opening a device can have
 * effects. */
static int open_namespace_at(int place) {
  char path[40];
  struct statfs files;
  if (fstatfs(place, &files) == -1) return -1;
  if (files.f_type != NAMESPACE_FILES) {
    errno = ENOENT;
    return -1;
  }
  JOIN(path, sizeof path, "/proc/self/fd/", decimal((uint64_t)place).text);
  return open(path, O_RDONLY | O_CLOEXEC);
}

static int open_namespace(const char *path) {
  int place = open(path, O_PATH | O_CLOEXEC);
  if (place == -1) return -1;
  int namespace = open_namespace_at(place);
  int error = errno;
  close(place);
  errno = error;
  return namespace;
}

/** A netlink socket stays in the namespace in which it was opened; -1 and errno on failure. */
static int socket_inside(int namespace) {
  int home = open(own_namespace, O_RDONLY | O_CLOEXEC);
  if (home == -1) return -1;
  int netlink = -1, error = 0;
  if (setns(namespace, CLONE_NEWNET) == 0) {
    netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, PROTOCOL_ROUTE);
    error = errno;
    // Plugins that start in a pod's namespace would set up the wrong machine, so nothing goes on.
    if (setns(home, CLONE_NEWNET) == -1) abort();
  } else {
    error = errno;
  }
  close(home);
  errno = error;
  return netlink;
}

/** Whether this datagram is the last one of an answer. */
static bool ends_answer(const char *datagram, size_t length) {
  for (size_t at = 0; at + HEADER_BYTES <= length;) {
    uint32_t message_length;
    uint16_t type, flags;
    memcpy(&message_length, datagram + at, sizeof message_length);
    memcpy(&type, datagram + at + 4, sizeof type);
    memcpy(&flags, datagram + at + 6, sizeof flags);
    if (type == ERROR_MESSAGE || type == DONE_MESSAGE || (flags & MULTI_FLAG) == 0) return true;
    if (message_length < HEADER_BYTES || message_length > length - at) return true;
    at += (message_length + 3) & ~(size_t)3;
  }
  return false;
}

static ssize_t receive(int netlink, void *to, size_t room, int flags) {
  ssize_t length;
  do length = recv(netlink, to, room, flags);
  while (length == -1 && errno == EINTR);
  return length;
}

/** Adds the next datagram to `answer`; gives its length, or -1 and errno. */
static ssize_t receive_datagram(int netlink, struct bytes *answer) {
  ssize_t length = receive(netlink, NULL, 0, MSG_PEEK | MSG_TRUNC);
  if (length <= 0) return length;
  if ((size_t)length > NETLINK_ANSWER_BYTES - answer->length) {
    errno = EMSGSIZE;
    return -1;
  }
  bytes_reserve(answer, (size_t)length);
  length = receive(netlink, answer->at + answer->length, (size_t)length, 0);
  if (length > 0) answer->length += (size_t)length;
  return length;
}

/** Sends the message and receives its answer; gives 0 or an errno. */
static int exchange(int netlink, struct slice message, struct bytes *answer) {
  struct timeval timeout = {.tv_sec = ANSWER_SECONDS};
  int buffer = NETLINK_ANSWER_BYTES;
  if (setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == -1 ||
      setsockopt(netlink, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) == -1 ||
      send(netlink, message.at, message.length, 0) != (ssize_t)message.length)
    return errno;
  ssize_t length;
  do {
    length = receive_datagram(netlink, answer);
    if (length <= 0) return length == 0 ? EIO : errno == EAGAIN ? ETIMEDOUT : errno;
  } while (!ends_answer(answer->at + answer->length - length, (size_t)length));
  return 0;
}

static enum carried refuse(struct netlink_answer *answer, const char *reason) {
  answer->reason = reason;
  return CARRIED_REFUSED;
}

static enum carried carry_inside(int namespace, struct slice message, struct netlink_answer *answer) {
  if (is_own_namespace(namespace)) return refuse(answer, "its path is the namespace of the host itself");
  int netlink = socket_inside(namespace);
  if (netlink == -1) {
    answer->error = errno;
    // Entering says so for a namespace of another kind.
    return errno == EINVAL ? refuse(answer, "its path is no network namespace") : CARRIED_FAILED;
  }
  answer->error = message.length == 0 ? 0 : exchange(netlink, message, &answer->datagrams);
  close(netlink);
  return answer->error == 0 ? CARRIED_ANSWERED : CARRIED_FAILED;
}

enum carried carry_netlink(const char *path, struct slice message, struct netlink_answer *answer) {
  int namespace = open_namespace(path);
  if (namespace == -1) {
    answer->error = errno;
    bool is_gone = errno == ENOENT || errno == ESRCH || errno == ENOTDIR;
    return is_gone ? CARRIED_NO_NAMESPACE : CARRIED_FAILED;
  }
  enum carried carried = carry_inside(namespace, message, answer);
  close(namespace);
  return carried;
}
