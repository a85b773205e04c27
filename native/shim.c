// SPDX-License-Identifier: Apache-2.0
/**
 * The CNI executable of a node that has an agent: it hands over what the runtime asked, lends its hands, and
 * prints the answer. It decides nothing; without an agent the executable beside it does (docs/protocol.md).
 */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SHIM_VERSION
#error "SHIM_VERSION is the version in package.json, see tools/build-shim.sh"
#endif

enum { GREETING = 1, REQUEST = 2, SWEEP = 3, WRONG_USE = 2, SWEPT_NOTHING = 5 };

/** Above this nothing is a configuration. */
enum { STDIN_BYTES = 64 * 1024 * 1024 };

enum { DEADLINE_SECONDS = 220, UNDO_GRACE_MS = 15000, SWEEP_PATIENCE_MS = 3600 * 1000 };

static const char default_socket_dir[] = "/run/multus", default_bin_dir[] = "/opt/cni/bin";

extern char **environ;

/** Opens what a caller closed: no pipe of ours may take a plugin's standard descriptors, or its leash's. */
static void occupy_descriptors(void) {
  for (int descriptor = 0; descriptor <= 3; descriptor++) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    int opened = open("/dev/null", O_RDWR | (descriptor == 3 ? O_CLOEXEC : 0));
    if (opened != descriptor) _exit(1);
  }
}

/** A closed standard input has no configuration for us. */
static void read_stdin(struct bytes *input) {
  while (input->length < STDIN_BYTES) {
    bytes_reserve(input, 16 * 1024);
    ssize_t length = read(STDIN_FILENO, input->at + input->length, input->room - input->length);
    if (length == -1 && errno == EINTR) continue;
    if (length <= 0) return;
    input->length += (size_t)length;
  }
}

static void write_answer(struct slice answer) {
  for (size_t at = 0; at < answer.length;) {
    ssize_t written = write(STDOUT_FILENO, answer.at + at, answer.length - at);
    if (written > 0) at += (size_t)written;
    else if (errno == EAGAIN) poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
    else if (errno != EINTR) return;
  }
}

static int say(const char *text) {
  write_answer(text_slice(text));
  return 0;
}

/** A number above 255 would come out as another one, maybe as success. */
static int answer_with(struct conversation *conversation) {
  write_answer(slice_of(&conversation->answer));
  return conversation->exit_code > 255 ? 255 : (int)conversation->exit_code;
}

static void add_to_list(struct bytes *list, struct slice element) {
  if (element.length == 0) return;
  bytes_add(list, element.at, element.length);
  bytes_add(list, "", 1);
}

/** The folders of CNI_PATH, and the configuration's binDir. */
static void put_folders(struct bytes *folders, struct slice config) {
  const char *rest = getenv("CNI_PATH");
  while (rest != NULL && *rest != 0) {
    size_t length = strcspn(rest, ":");
    add_to_list(folders, (struct slice){rest, length});
    rest += length + (rest[length] == ':');
  }
  struct slice bin_dir = config_text(config, "binDir");
  add_to_list(folders, bin_dir.length > 0 ? bin_dir : text_slice(default_bin_dir));
}

static void put_greeting(struct bytes *out) {
  size_t frame = begin_frame(out, GREETING);
  bytes_add(out, "PLRS", 4);
  put_number(out, LOWEST_VERSION);
  put_number(out, HIGHEST_VERSION);
  put_bytes(out, text_slice("plures-shim " SHIM_VERSION));
  end_frame(out, frame);
}

static void put_request(struct bytes *out, uint32_t patience_ms, struct slice config) {
  struct bytes environment = {0};
  for (char **variable = environ; *variable != NULL; variable++) {
    if (strncmp(*variable, "CNI_", 4) == 0) add_to_list(&environment, text_slice(*variable));
  }
  size_t frame = begin_frame(out, REQUEST);
  put_number(out, patience_ms);
  put_bytes(out, slice_of(&environment));
  put_bytes(out, config);
  end_frame(out, frame);
  bytes_free(&environment);
}

static uint32_t patience_of(struct slice config) {
  uint32_t seconds = config_number(config, "deadlineSeconds");
  uint64_t milliseconds = (uint64_t)(seconds == 0 ? DEADLINE_SECONDS : seconds) * 1000 + UNDO_GRACE_MS;
  return milliseconds > INT_MAX ? INT_MAX : (uint32_t)milliseconds;
}

static enum outcome ask_about_request(struct conversation *conversation, struct slice config) {
  struct bytes opening = {0}, folders = {0};
  struct slice socket_dir = config_text(config, "daemonSocketDir");
  enum outcome outcome = OUTCOME_UNASKED;
  put_greeting(&opening);
  size_t greeting_length = opening.length;
  conversation->patience_ms = patience_of(config);
  put_request(&opening, conversation->patience_ms, config);
  put_folders(&folders, config);
  conversation->socket_dir = socket_dir.length > 0 ? socket_dir : text_slice(default_socket_dir);
  conversation->opening = slice_of(&opening);
  conversation->folders = slice_of(&folders);
  if (opening.length - greeting_length - 4 <= FRAME_BYTES) outcome = ask_agent(conversation);
  else JOIN(conversation->reason, sizeof conversation->reason, "standard input is longer than a frame");
  bytes_free(&opening);
  bytes_free(&folders);
  return outcome;
}

static int answer_alone(const struct conversation *conversation, bool take_back, struct slice config) {
  char problem[PATH_MAX + 200], message[PATH_MAX + 1500];
  struct bytes answer = {0};
  hand_over(take_back ? "--take-back" : "--alone", conversation->reason, config, problem, sizeof problem);
  JOIN(message, sizeof message, "the node's agent cannot be asked (", conversation->reason, "), and ",
       problem);
  put_try_again(&answer, config, message);
  write_answer(slice_of(&answer));
  bytes_free(&answer);
  return 1;
}

static int answer_request(struct slice config) {
  struct conversation conversation = {0};
  const char *verb = getenv("CNI_COMMAND");
  enum outcome outcome = OUTCOME_UNASKED;
  if (verb != NULL) outcome = ask_about_request(&conversation, config);
  else JOIN(conversation.reason, sizeof conversation.reason, "CNI_COMMAND is not set");
  // A runtime that has given up does not want an ADD begun anew.
  bool is_half_done = outcome == OUTCOME_LOST || conversation.cancelled;
  bool take_back = is_half_done && verb != NULL && strcmp(verb, "ADD") == 0;
  int exit_code = outcome == OUTCOME_ANSWERED ? answer_with(&conversation)
                                              : answer_alone(&conversation, take_back, config);
  bytes_free(&conversation.answer);
  return exit_code;
}

static int sweep(char **arguments) {
  struct conversation conversation = {.patience_ms = SWEEP_PATIENCE_MS,
                                      .socket_dir = text_slice(default_socket_dir)};
  struct bytes opening = {0}, folders = {0};
  if (arguments[0] != NULL && strcmp(arguments[0], "--socket-dir") == 0 && arguments[1] != NULL) {
    conversation.socket_dir = text_slice(arguments[1]);
    arguments += 2;
  }
  for (char **folder = arguments; *folder != NULL; folder++) {
    if (**folder != '/') return say("usage: multus gc [--socket-dir FOLDER] [PLUGIN FOLDER...]\n"), WRONG_USE;
    add_to_list(&folders, text_slice(*folder));
  }
  if (folders.length == 0) add_to_list(&folders, text_slice(default_bin_dir));
  put_greeting(&opening);
  size_t frame = begin_frame(&opening, SWEEP);
  put_number(&opening, SWEEP_PATIENCE_MS);
  put_bytes(&opening, slice_of(&folders));
  end_frame(&opening, frame);
  conversation.opening = slice_of(&opening);
  conversation.folders = slice_of(&folders);
  int exit_code = SWEPT_NOTHING;
  if (ask_agent(&conversation) == OUTCOME_ANSWERED) exit_code = answer_with(&conversation);
  else {
    char message[1200];
    JOIN(message, sizeof message,
         "nothing was swept, the node's agent cannot be asked: ", conversation.reason, "\n");
    say(message);
  }
  bytes_free(&opening);
  bytes_free(&folders);
  bytes_free(&conversation.answer);
  return exit_code;
}

int main(int count, char **arguments) {
  struct bytes input = {0};
  const char *verb = getenv("CNI_COMMAND");
  occupy_descriptors();
  // A caller that ignores it would have our plugins reaped behind our back.
  signal(SIGCHLD, SIG_DFL);
  if (count > 1 && strcmp(arguments[1], "gc") == 0) return sweep(arguments + 2);
  if (count > 1 && strcmp(arguments[1], "--version") == 0) return say("plures-shim " SHIM_VERSION "\n");
  // Whoever starts us by hand is told what is missing, not kept waiting for input.
  if (verb != NULL) read_stdin(&input);
  int exit_code = 0;
  if (verb != NULL && strcmp(verb, "VERSION") == 0) {
    struct bytes answer = {0};
    put_version_answer(&answer, slice_of(&input));
    write_answer(slice_of(&answer));
    bytes_free(&answer);
  } else {
    exit_code = answer_request(slice_of(&input));
  }
  bytes_free(&input);
  return exit_code;
}
