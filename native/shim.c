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

static const char default_socket_dir[] = "/run/multus";

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
  put_plugin_folders(&folders);
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
  // Refused by the executable beside us, whoever asks.
  bool is_nested = getenv("CNI_STARTED_BY") != NULL;
  if (is_nested) JOIN(conversation.reason, sizeof conversation.reason, "a plugin of ours asks");
  else if (verb != NULL) outcome = ask_about_request(&conversation, config);
  else JOIN(conversation.reason, sizeof conversation.reason, "CNI_COMMAND is not set");
  // A runtime that has given up does not want an ADD begun anew.
  bool is_half_done = outcome == OUTCOME_LOST || conversation.cancelled;
  bool take_back = is_half_done && verb != NULL && strcmp(verb, "ADD") == 0;
  int exit_code = outcome == OUTCOME_ANSWERED ? answer_with(&conversation)
                                              : answer_alone(&conversation, take_back, config);
  bytes_free(&conversation.answer);
  return exit_code;
}

/** What `multus gc` was told; `folders` is a list. */
struct sweep_arguments {
  struct slice socket_dir;
  struct bytes folders;
};

/** False for arguments that the executable beside us has to judge. */
static bool read_sweep(char **given, struct sweep_arguments *arguments) {
  arguments->socket_dir = text_slice(default_socket_dir);
  for (; *given != NULL && **given == '-'; given += 2) {
    // Where the journal is, an agent knows better.
    bool is_socket_dir = strcmp(*given, "--socket-dir") == 0;
    if ((!is_socket_dir && strcmp(*given, "--cni-dir") != 0) || given[1] == NULL) return false;
    if (is_socket_dir) arguments->socket_dir = text_slice(given[1]);
  }
  for (; *given != NULL; given++) {
    if (**given != '/') return false;
    add_to_list(&arguments->folders, text_slice(*given));
  }
  if (arguments->folders.length == 0) add_to_list(&arguments->folders, text_slice(DEFAULT_BIN_DIR));
  return true;
}

static enum outcome ask_for_sweep(struct conversation *conversation,
                                  const struct sweep_arguments *arguments) {
  struct bytes opening = {0}, folders = {0};
  put_greeting(&opening);
  size_t frame = begin_frame(&opening, SWEEP);
  put_number(&opening, SWEEP_PATIENCE_MS);
  put_bytes(&opening, slice_of(&arguments->folders));
  end_frame(&opening, frame);
  conversation->patience_ms = SWEEP_PATIENCE_MS;
  conversation->socket_dir = arguments->socket_dir;
  conversation->opening = slice_of(&opening);
  bytes_add(&folders, arguments->folders.at, arguments->folders.length);
  put_plugin_folders(&folders);
  conversation->folders = slice_of(&folders);
  enum outcome outcome = ask_agent(conversation);
  bytes_free(&opening);
  bytes_free(&folders);
  return outcome;
}

static int say_why_not_swept(const struct conversation *conversation, const char *problem) {
  char message[PATH_MAX + 1500];
  JOIN(message, sizeof message, "nothing was swept: the node's agent cannot be asked (", conversation->reason,
       "), and ", problem, "\n");
  say(message);
  return SWEPT_NOTHING;
}

/** Without an agent the executable beside us sweeps; it also says what is wrong with arguments. */
static int sweep(char **given) {
  struct conversation conversation = {.reason = "the arguments are not understood"};
  struct sweep_arguments arguments = {0};
  char problem[PATH_MAX + 200];
  bool is_understood = read_sweep(given + 1, &arguments);
  bool is_answered = is_understood && ask_for_sweep(&conversation, &arguments) == OUTCOME_ANSWERED;
  int exit_code = is_answered ? answer_with(&conversation) : SWEPT_NOTHING;
  // Whoever ended a sweep does not want another one.
  if (!is_answered && !conversation.cancelled) {
    hand_arguments_over("cni", given, problem, sizeof problem);
    exit_code = say_why_not_swept(&conversation, problem);
  }
  bytes_free(&arguments.folders);
  bytes_free(&conversation.answer);
  return exit_code;
}

/** No runtime passes arguments: they are a person's, for the command line tool. */
static int be_the_tool(char **given) {
  char problem[PATH_MAX + 200], message[PATH_MAX + 400];
  hand_arguments_over(NULL, given, problem, sizeof problem);
  JOIN(message, sizeof message,
       "usage: multus gc [--socket-dir FOLDER] [PLUGIN FOLDER...], multus --version; all else is of the "
       "executable beside it, and ",
       problem, "\n");
  return say(message), WRONG_USE;
}

int main(int count, char **arguments) {
  struct bytes input = {0};
  const char *verb = getenv("CNI_COMMAND");
  occupy_descriptors();
  // A caller that ignores it would have our plugins reaped behind our back.
  signal(SIGCHLD, SIG_DFL);
  if (count > 1 && strcmp(arguments[1], "gc") == 0) return sweep(arguments + 1);
  if (count > 1 && strcmp(arguments[1], "--version") == 0) return say("plures-shim " SHIM_VERSION "\n");
  if (count > 1) return be_the_tool(arguments + 1);
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
