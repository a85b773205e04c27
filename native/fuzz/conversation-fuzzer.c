// SPDX-License-Identifier: Apache-2.0
/**
 * Any bytes as what an agent sends: the shim must not crash, not hang, and start nothing that no whole and
 * allowed run step named. What touches the host is replaced here, and checks what it is asked for.
 */
#include "../shim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char folders[] = "/fuzz/a\0/fuzz/b";

/** Run steps of the input that may be lent, counted by a reader of its own; and what was started. */
static size_t allowed_runs, started_runs;

static void demand(bool holds) {
  if (!holds) abort();
}

enum lookup find_plugin(struct slice searched, const char *plugin, struct plugin_file *found) {
  demand(strchr(plugin, '/') == NULL && *plugin != 0 && strcmp(plugin, ".") != 0 &&
         strcmp(plugin, "..") != 0);
  const char *folder = next_of_list(&searched);
  if (folder == NULL) return LOOKUP_NOT_FOUND;
  JOIN(found->path, sizeof found->path, folder, "/", plugin);
  JOIN(found->reason, sizeof found->reason, "a reason");
  return *plugin == 'n' ? LOOKUP_NOT_RUNNABLE : LOOKUP_FOUND;
}

bool is_trusted(uid_t owner) {
  return owner == 0;
}

bool path_beside_us(const char *name, char *path, size_t room) {
  return JOIN(path, room, "/fuzz/", name);
}

bool fingerprint_of(const char *path, char *text, size_t room) {
  return JOIN(text, room, path);
}

static bool has_prefix(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

int start_process(const struct process_start *start, struct process *process) {
  struct slice environment = start->environment;
  demand(has_prefix(start->path, "/fuzz/a/") || has_prefix(start->path, "/fuzz/b/"));
  demand(strchr(start->path + strlen("/fuzz/a/"), '/') == NULL);
  for (const char *one = next_of_list(&environment); one != NULL; one = next_of_list(&environment)) {
    demand(has_prefix(one, "CNI_") && strchr(one, '=') != NULL);
  }
  demand(++started_runs <= allowed_runs);
  // Every other one is refused by the kernel.
  *process = (struct process){.pid = 1, .outputs = {-1, -1}, .leash = {-1, -1}};
  return started_runs % 2 == 0 ? ENOEXEC : 0;
}

bool process_has_ended(const struct process *process) {
  demand(process->pid == 1);
  return true;
}

void signal_group(const struct process *process, int signal) {
  demand(process->pid == 1 && (signal == SIGTERM || signal == SIGKILL));
}

int close_process(struct process *process) {
  process->pid = 0;
  return 0;
}

enum carried carry_netlink(const char *path, struct slice message, struct netlink_answer *answer) {
  demand(path[0] == '/' && message.length <= NETLINK_REQUEST_BYTES);
  demand(message.length == 0 || memchr("\x11\x12\x16\x18\x19\x1a", message.at[4], 6) != NULL);
  bytes_add(&answer->datagrams, message.at, message.length);
  return CARRIED_ANSWERED;
}

static uint32_t number_at(const uint8_t *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/** Frames of the type of a run, up to where the stream cannot be cut any more: no more can be started. */
static size_t count_run_frames(const uint8_t *at, size_t left) {
  size_t count = 0;
  while (left >= 5) {
    size_t length = number_at(at);
    if (length == 0 || length > left - 4) break;
    count += at[4] == STEP_RUN;
    at += 4 + length;
    left -= 4 + length;
  }
  return count;
}

static void try_stream(const uint8_t *data, size_t size) {
  int ends[2];
  demand(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  demand(write(ends[1], data, size) == (ssize_t)size);
  demand(shutdown(ends[1], SHUT_WR) == 0);
  struct conversation conversation = {
      .folders = {folders, sizeof folders}, .opening = text_slice("greeting"), .patience_ms = 1000};
  allowed_runs = count_run_frames(data, size);
  started_runs = 0;
  enum outcome outcome = converse(&conversation, ends[0]);
  demand(outcome == OUTCOME_ANSWERED || conversation.reason[0] != 0);
  demand(outcome != OUTCOME_UNASKED || started_runs == 0);
  bytes_free(&conversation.answer);
  close(ends[1]);
}

static void try_config(struct slice config) {
  struct bytes answer = {0};
  struct slice text = config_text(config, "binDir");
  demand(text.length == 0 || (text.at > config.at && text.at + text.length < config.at + config.length));
  config_number(config, "deadlineSeconds");
  put_version_answer(&answer, config);
  bytes_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // More does not fit in the socket at once.
  if (size > 64 * 1024) return 0;
  try_stream(data, size);
  try_config((struct slice){(const char *)data, size});
  return 0;
}
