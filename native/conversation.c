// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WELCOME_US = 5 * 1000 * 1000, CANCEL = 5, WELCOME = 129, REFUSED = 130, ANSWER = 135 };

/** An agent that does not listen gets no more to do once so much waits for it. */
enum { MOST_WAITING_BYTES = 8 * 1024 * 1024 };

enum { AGENT_PLACE, SIGNAL_PLACE, FIRST_RUN_PLACE, PLACES = FIRST_RUN_PLACE + 2 * STEPS };

/** A conversation that goes on. */
struct line {
  struct conversation *conversation;
  int agent;
  int signals;
  struct hands hands;
  struct bytes in;
  /** How much of `in` was taken. */
  size_t taken;
  int64_t give_up_at;
  bool welcomed;
  bool is_over;
  enum outcome outcome;
};

/** Ends the conversation without an answer; `detail` is cut off at a zero byte and where there is no room. */
static void lose(struct line *line, const char *reason, struct slice detail) {
  if (line->is_over) return;
  char text[800];
  size_t length = detail.length == 0 ? 0 : strnlen(detail.at, detail.length);
  if (!copy_text(text, sizeof text, (struct slice){detail.at, length})) {
    copy_text(text, sizeof text, (struct slice){detail.at, sizeof text - 1});
  }
  JOIN(line->conversation->reason, sizeof line->conversation->reason, reason, text);
  line->is_over = true;
  line->outcome = line->hands.worked ? OUTCOME_LOST : OUTCOME_UNASKED;
}

static void lose_for(struct line *line, const char *reason) {
  lose(line, reason, (struct slice){0});
}

static void lose_by_errno(struct line *line, const char *reason) {
  lose(line, reason, text_slice(strerror(errno)));
}

static void take_welcome(struct line *line, struct fields *fields) {
  uint32_t version = take_number(fields);
  struct slice software = take_bytes(fields);
  if (!fields_are_whole(fields)) {
    lose_for(line, "it sent a broken welcome");
  } else if (version < LOWEST_VERSION || version > HIGHEST_VERSION) {
    char reason[120];
    JOIN(reason, sizeof reason, "it speaks version ", decimal(version).text, " of the protocol, not ",
         decimal(HIGHEST_VERSION).text, ": it is ");
    lose(line, reason, software);
  } else {
    line->welcomed = true;
    line->give_up_at = now_us() + (int64_t)line->conversation->patience_ms * 1000;
  }
}

static void take_refusal(struct line *line, struct fields *fields) {
  struct slice reason = take_bytes(fields);
  if (!fields_are_whole(fields)) lose_for(line, "it sent a broken refusal");
  else lose(line, "it refused: ", reason);
}

static void take_answer(struct line *line, struct fields *fields) {
  uint32_t exit_code = take_number(fields);
  struct slice answer = take_bytes(fields);
  if (!fields_are_whole(fields)) {
    lose_for(line, "it sent a broken answer");
    return;
  }
  bytes_add(&line->conversation->answer, answer.at, answer.length);
  line->conversation->exit_code = exit_code;
  line->is_over = true;
  line->outcome = OUTCOME_ANSWERED;
}

static void take_frame(struct line *line, uint8_t type, struct slice frame) {
  struct fields fields = {.rest = frame};
  if (!line->welcomed && type == WELCOME) take_welcome(line, &fields);
  else if (!line->welcomed && type == REFUSED) take_refusal(line, &fields);
  else if (line->welcomed && type == ANSWER) take_answer(line, &fields);
  else if (!line->welcomed || type < STEP_RUN || type > STEP_STOP)
    lose_for(line, "it sent a message out of turn");
  else if (!take_step(&line->hands, type, frame)) lose_for(line, "it sent a step that breaks the protocol");
}

/** What has come and was not taken. */
static struct slice untaken(const struct line *line) {
  // Before anything has come there is no place to count from.
  if (line->in.at == NULL) return (struct slice){0};
  return (struct slice){line->in.at + line->taken, line->in.length - line->taken};
}

/** Whether a frame has come whole, or something that is none. */
static bool has_frame(const struct line *line) {
  struct fields head = {.rest = untaken(line)};
  uint32_t length = take_number(&head);
  return !head.broken && (length == 0 || length > FRAME_BYTES || head.rest.length >= length);
}

/** An agent that does not take what its steps gave gets no more of them done. */
static bool listens(const struct line *line) {
  return line->hands.out.length < MOST_WAITING_BYTES;
}

/** Takes one frame: between two of them signals and plugins have their turn. */
static void take_next_frame(struct line *line) {
  if (line->is_over || !listens(line) || !has_frame(line)) return;
  struct fields head = {.rest = untaken(line)};
  uint32_t length = take_number(&head);
  if (length == 0 || length > FRAME_BYTES) {
    lose_for(line, "it sent something that is no frame");
    return;
  }
  line->taken += 4 + (size_t)length;
  take_frame(line, (uint8_t)head.rest.at[0], (struct slice){head.rest.at + 1, length - 1});
}

/** Reads on; only what is not a whole frame yet is there still. */
static void read_agent(struct line *line) {
  enum { PIECE = 64 * 1024 };
  bytes_drop(&line->in, line->taken);
  line->taken = 0;
  bytes_reserve(&line->in, PIECE);
  ssize_t length = read(line->agent, line->in.at + line->in.length, PIECE);
  if (length > 0) {
    line->in.length += (size_t)length;
  } else if (length == 0) {
    lose_for(line, line->welcomed ? "it went away" : "it closed the connection at once");
  } else if (errno != EINTR && errno != EAGAIN) {
    lose_by_errno(line, "the connection to it failed: ");
  }
}

static void write_agent(struct line *line) {
  struct bytes *out = &line->hands.out;
  if (out->length == 0 || line->is_over) return;
  ssize_t sent = send(line->agent, out->at, out->length, MSG_NOSIGNAL);
  // Reading tells when it has gone, and what it said before.
  bool is_gone = sent == -1 && errno != EINTR && errno != EAGAIN;
  if (sent > 0 || is_gone) bytes_drop(out, is_gone ? out->length : (size_t)sent);
}

/** The second signal: the runtime does not wait any more, and the kernel ends our plugins. */
static void die_by(struct line *line, int number) {
  for (struct run *run = line->hands.runs; run < line->hands.runs + STEPS; run++) {
    if (run->process.pid != 0) signal_group(&run->process, SIGKILL);
  }
  sigprocmask(SIG_SETMASK, &line->hands.mask, NULL);
  signal(number, SIG_DFL);
  raise(number);
  _exit(128 + number);
}

static void read_signal(struct line *line) {
  struct signalfd_siginfo info;
  // SIGCHLD only wakes us: each run looks for its own end.
  if (read(line->signals, &info, sizeof info) != sizeof info || info.ssi_signo == SIGCHLD) return;
  if (line->conversation->cancelled) die_by(line, (int)info.ssi_signo);
  line->conversation->cancelled = true;
  end_frame(&line->hands.out, begin_frame(&line->hands.out, CANCEL));
}

static void advance_runs(struct line *line) {
  struct step_end end;
  for (struct run *run = line->hands.runs; run < line->hands.runs + STEPS; run++) {
    if (run->process.pid == 0 || !advance_run(run, &end)) continue;
    if (!line->is_over) put_step_end(&line->hands.out, run->id, &end);
    free_run(run);
  }
}

static int milliseconds_until_due(const struct line *line) {
  int64_t due = line->is_over ? INT64_MAX : line->give_up_at;
  for (size_t index = 0; index < STEPS; index++) {
    const struct run *run = &line->hands.runs[index];
    if (run->process.pid != 0 && run_due_at(run) < due) due = run_due_at(run);
  }
  if (!line->is_over && listens(line) && has_frame(line)) return 0;
  int64_t left = (due - now_us()) / 1000 + 1;
  return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/** Waits for whatever comes next, and takes it. */
static void wait_and_take(struct line *line) {
  struct pollfd places[PLACES];
  bool reads = listens(line) && !has_frame(line);
  short agent_events = (short)((reads ? POLLIN : 0) | (line->hands.out.length > 0 ? POLLOUT : 0));
  bool is_quiet = line->is_over || agent_events == 0;
  places[AGENT_PLACE] = (struct pollfd){.fd = is_quiet ? -1 : line->agent, .events = agent_events};
  places[SIGNAL_PLACE] = (struct pollfd){.fd = line->signals, .events = POLLIN};
  for (size_t index = 0; index < 2 * STEPS; index++) {
    const struct run *run = &line->hands.runs[index / 2];
    int output = run->process.pid == 0 ? -1 : run->process.outputs[index % 2];
    places[FIRST_RUN_PLACE + index] = (struct pollfd){.fd = output, .events = POLLIN};
  }
  if (poll(places, PLACES, milliseconds_until_due(line)) == -1) return;
  if (places[SIGNAL_PLACE].revents != 0) read_signal(line);
  for (size_t index = 0; index < 2 * STEPS; index++) {
    if (places[FIRST_RUN_PLACE + index].revents != 0)
      read_output(&line->hands.runs[index / 2], (int)(index % 2));
  }
  // What it said last is taken before it is found gone.
  if (reads && (places[AGENT_PLACE].revents & (POLLIN | POLLHUP | POLLERR)) != 0) read_agent(line);
}

static void lend_hands(struct line *line) {
  while (!line->is_over || count_runs(&line->hands) > 0) {
    if (line->is_over) stop_all_runs(&line->hands);
    write_agent(line);
    wait_and_take(line);
    take_next_frame(line);
    advance_runs(line);
    if (now_us() < line->give_up_at) continue;
    if (line->welcomed) lose_for(line, "it gave no answer in time");
    else lose_for(line, "it said nothing for 5 seconds");
  }
}

enum outcome converse(struct conversation *conversation, int agent) {
  struct line line = {.conversation = conversation, .agent = agent, .give_up_at = now_us() + WELCOME_US};
  sigset_t watched;
  sigemptyset(&watched);
  for (size_t index = 0; index < 4; index++)
    sigaddset(&watched, (const int[]){SIGTERM, SIGINT, SIGHUP, SIGCHLD}[index]);
  sigprocmask(SIG_BLOCK, &watched, &line.hands.mask);
  line.signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  line.hands.folders = conversation->folders;
  bytes_add(&line.hands.out, conversation->opening.at, conversation->opening.length);
  if (line.signals == -1) lose_by_errno(&line, "signals cannot be watched: ");
  lend_hands(&line);
  close(agent);
  if (line.signals != -1) close(line.signals);
  sigprocmask(SIG_SETMASK, &line.hands.mask, NULL);
  bytes_free(&line.in);
  bytes_free(&line.hands.out);
  bytes_free(&line.hands.ids);
  return line.outcome;
}

enum outcome ask_agent(struct conversation *conversation) {
  int agent = connect_to_agent(conversation->socket_dir, conversation->reason, sizeof conversation->reason);
  return agent == -1 ? OUTCOME_UNASKED : converse(conversation, agent);
}
