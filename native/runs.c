// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** Pipes that a grandchild holds never end; this is how long we wait for them once the plugin has ended. */
enum { LAST_WORDS_US = 100 * 1000 };

/** A process that hangs inside the kernel ends only when that call does; so long we wait after SIGKILL. */
enum { UNKILLABLE_US = 1000 * 1000 };

int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void begin_run(struct run *run, const struct process *process, uint32_t id, const char *path,
               uint32_t timeout_ms) {
  *run = (struct run){.id = id, .process = *process, .path = strdup(path), .started_at = now_us()};
  run->due_at = run->started_at + (int64_t)timeout_ms * 1000;
}

void stop_run(struct run *run, enum ending why) {
  if (run->stopping != 0 || run->last_words_until != 0) return;
  run->stopping = why;
  run->due_at = now_us() + (int64_t)GRACE_MS * 1000;
  signal_group(&run->process, SIGTERM);
}

/** Keeps as much of what came as both outputs together may have. */
static void keep_output(struct run *run, int which, const char *piece, size_t length) {
  size_t left = OUTPUT_BYTES - run->output[0].length - run->output[1].length;
  bytes_add(&run->output[which], piece, length < left ? length : left);
  if (length <= left) return;
  // One that has ended already is not to be stopped any more, but its output is not whole.
  if (run->last_words_until == 0) stop_run(run, ENDED_TOO_MUCH_OUTPUT);
  else if (run->stopping == 0) run->stopping = ENDED_TOO_MUCH_OUTPUT;
}

void read_output(struct run *run, int which) {
  char piece[16 * 1024];
  // A plugin that never pauses must not keep us from the others.
  for (int round = 0; round < 16 && run->process.outputs[which] != -1; round++) {
    ssize_t length = read(run->process.outputs[which], piece, sizeof piece);
    if (length == -1 && errno == EINTR) continue;
    if (length == -1 && errno == EAGAIN) return;
    if (length > 0) {
      keep_output(run, which, piece, (size_t)length);
    } else {
      close(run->process.outputs[which]);
      run->process.outputs[which] = -1;
    }
  }
}

int64_t run_due_at(const struct run *run) {
  return run->last_words_until != 0 ? run->last_words_until : run->due_at;
}

/** Notices that the plugin itself has ended. */
static void look_for_end(struct run *run) {
  if (run->last_words_until != 0 || !process_has_ended(&run->process)) return;
  // What a stopped plugin had started must not go on without it; what others leave running is their business.
  if (run->stopping != 0) signal_group(&run->process, SIGKILL);
  run->last_words_until = now_us() + LAST_WORDS_US;
}

/** Stops, kills or gives up a plugin that takes too long; true for the last. */
static bool press(struct run *run) {
  if (run->last_words_until != 0 || now_us() < run->due_at) return false;
  if (run->stopping == 0) {
    stop_run(run, ENDED_TIMED_OUT);
    return false;
  }
  if (run->killed) return true;
  signal_group(&run->process, SIGKILL);
  run->killed = true;
  run->due_at = now_us() + UNKILLABLE_US;
  return false;
}

static bool has_said_all(const struct run *run) {
  if (run->last_words_until == 0) return false;
  return (run->process.outputs[0] == -1 && run->process.outputs[1] == -1) ||
         now_us() >= run->last_words_until;
}

bool advance_run(struct run *run, struct step_end *end) {
  look_for_end(run);
  bool is_given_up = press(run);
  if (!is_given_up && !has_said_all(run)) return false;
  int64_t took = now_us() - run->started_at;
  int status = close_process(&run->process);
  *end = (struct step_end){
      .ending = run->stopping != 0    ? run->stopping
                : WIFSIGNALED(status) ? ENDED_SIGNALLED
                                      : ENDED_EXITED,
      .microseconds = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took,
      .path = run->path == NULL ? "" : run->path,
      .output = slice_of(&run->output[0]),
      .errors = slice_of(&run->output[1]),
  };
  if (end->ending == ENDED_EXITED) end->number = (uint32_t)WEXITSTATUS(status);
  if (end->ending == ENDED_SIGNALLED) end->number = (uint32_t)WTERMSIG(status);
  return true;
}

void free_run(struct run *run) {
  free(run->path);
  bytes_free(&run->output[0]);
  bytes_free(&run->output[1]);
  *run = (struct run){0};
}
