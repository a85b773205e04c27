// SPDX-License-Identifier: Apache-2.0
/**
 * The shim of a node with an agent: what each part lends to the others. docs/protocol.md says what all of it
 * is for, docs/decisions/0008-static-shim.md why it is C. Each section is one file of its name.
 */
#ifndef PLURES_SHIM_H
#define PLURES_SHIM_H

// Namespaces, signalfd, memfd and the leash are of Linux alone.
#define _GNU_SOURCE

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The numbers of src/protocol/limits.ts. */
enum {
  LOWEST_VERSION = 1,
  HIGHEST_VERSION = 1,
  FRAME_BYTES = 4 * 1024 * 1024,
  OUTPUT_BYTES = 1024 * 1024,
  STEPS = 32,
  NETLINK_REQUEST_BYTES = 4096,
  NETLINK_ANSWER_BYTES = 1024 * 1024,
  GRACE_MS = 2000,
};

/* ---- bytes.c: bytes that grow, and the fields of frames ---- */

/** Somebody else's bytes; not ended by a zero. */
struct slice {
  const char *at;
  size_t length;
};

/** Bytes of our own; all zero is an empty one. */
struct bytes {
  char *at;
  size_t length;
  size_t room;
};

/** Makes room behind the bytes for that many more. Ends the program when there is no memory. */
void bytes_reserve(struct bytes *bytes, size_t more);
void bytes_add(struct bytes *bytes, const void *added, size_t length);
/** Takes that many away from the beginning. */
void bytes_drop(struct bytes *bytes, size_t length);
void bytes_free(struct bytes *bytes);
struct slice slice_of(const struct bytes *bytes);
struct slice text_slice(const char *text);

/** Copies to a C string; false when it is too long for `room` or has a zero byte. */
bool copy_text(char *to, size_t room, struct slice text);
/** Puts C strings one after another into `to`, ended by a zero; false when they did not all fit. */
#define JOIN(to, room, ...) join_texts(to, room, (const char *const[]){__VA_ARGS__, NULL})
bool join_texts(char *to, size_t room, const char *const *parts);
/** Room for a number in decimal digits. */
struct digits {
  char text[24];
};
struct digits decimal(uint64_t number);
/** The next element of a list of the protocol, a C string; NULL at its end. */
const char *next_of_list(struct slice *rest);

/** Fields that are still to be read; `broken` once one of them was not there. */
struct fields {
  struct slice rest;
  bool broken;
};

uint32_t take_number(struct fields *fields);
struct slice take_bytes(struct fields *fields);
/** Bytes that are empty or end with a zero byte. */
struct slice take_list(struct fields *fields);
/** Whether all fields were there, and nothing more. */
bool fields_are_whole(const struct fields *fields);

/** Begins a frame at the end of `out`; gives what end_frame needs. */
size_t begin_frame(struct bytes *out, uint8_t type);
void end_frame(struct bytes *out, size_t begin);
void put_number(struct bytes *out, uint32_t number);
void put_bytes(struct bytes *out, struct slice bytes);

/* ---- config.c: what a shim takes from the runtime's configuration, and answers in JSON ---- */

/** The text value of a key of the outermost object; empty when there is none that needs no decoding. */
struct slice config_text(struct slice config, const char *key);
/** The whole number that is the value of a key of the outermost object; 0 when there is none. */
uint32_t config_number(struct slice config, const char *key);
/** The answer to VERSION, as encodeVersionAnswer of src/cni gives it. */
void put_version_answer(struct bytes *out, struct slice config);
/** A CNI error object of code 11, try again later; valid JSON whatever the message holds. */
void put_try_again(struct bytes *out, struct slice config, const char *message);

/* ---- lookup.c: where a plugin is ---- */

enum lookup { LOOKUP_FOUND, LOOKUP_NOT_FOUND, LOOKUP_NOT_RUNNABLE };

/** What was found of a plugin: its path, and why it cannot be run. */
struct plugin_file {
  char path[PATH_MAX];
  char reason[160];
};

/** Looks in the folders in order, by the rules of src/host/plugin-lookup.ts. */
enum lookup find_plugin(struct slice folders, const char *plugin, struct plugin_file *found);
/** A text that changes when the executable is replaced: size, time of its last change, inode. */
bool fingerprint_of(const char *path, char *text, size_t room);

/* ---- folders.c: where the agent's plugins may be ---- */

/** Always a plugin folder. */
#define DEFAULT_BIN_DIR "/opt/cni/bin"

/** The file beside us that names further plugin folders, and how long it may be. */
#define FOLDERS_FILE "multus.plugin-folders"
enum { FOLDERS_FILE_BYTES = 4096 };

/** Whether root or we ourselves own something. */
bool is_trusted(uid_t owner);
/** The path of a file in the folder that we are in; false when it cannot be told. */
bool path_beside_us(const char *name, char *path, size_t room);
/** Adds an element to a list of the protocol; an empty one is left out. */
void add_to_list(struct bytes *list, struct slice element);
/** Adds all plugin folders of the host to a list. Nothing that an agent may have written is asked. */
void put_plugin_folders(struct bytes *folders);

/* ---- process.c: a plugin's process ---- */

/** What tells us that a plugin of ours started us; src/shim/nested-start.ts has the same name. */
#define STARTED_BY "CNI_STARTED_BY="

/** A running plugin, in a process group of its own, which the kernel kills when we die. */
struct process {
  pid_t pid;
  int outputs[2];
  int leash[2];
};

/** What to start; `mask` is the signal mask that the plugin gets. */
struct process_start {
  const char *path;
  struct slice environment;
  struct slice stdin_bytes;
  const sigset_t *mask;
};

/** Starts a plugin; gives 0 or an errno. */
int start_process(const struct process_start *start, struct process *process);
/** Whether the process has ended; it stays a zombie until it is reaped, so that its group keeps its number.
 */
bool process_has_ended(const struct process *process);
void signal_group(const struct process *process, int signal);
/** Gives pipes and leash back, and the wait status if it has ended: what it left behind lives on. */
int close_process(struct process *process);
/** A file in memory with these bytes, to be read from the beginning; -1 on failure. */
int input_file(struct slice bytes);

/* ---- netlink-rules.c, netlink.c: a message to the kernel, in a pod's namespace ---- */

/** Why a message is not carried, as words that follow "because"; NULL when it is. */
const char *why_not_carried(struct slice message);

enum carried { CARRIED_ANSWERED, CARRIED_NO_NAMESPACE, CARRIED_FAILED, CARRIED_REFUSED };

/** What became of a message: datagrams, or an errno, or why it was refused. */
struct netlink_answer {
  struct bytes datagrams;
  int error;
  const char *reason;
};

/** Sends `message` from inside the namespace at `path`; an empty one only looks whether there is one. */
enum carried carry_netlink(const char *path, struct slice message, struct netlink_answer *answer);

/* ---- runs.c: plugins that run for the agent ---- */

/** How a step ended: the numbers of docs/protocol.md. */
enum ending {
  ENDED_EXITED = 1,
  ENDED_SIGNALLED,
  ENDED_TIMED_OUT,
  ENDED_TOO_MUCH_OUTPUT,
  ENDED_STOPPED,
  ENDED_NOT_FOUND,
  ENDED_NOT_RUNNABLE,
  ENDED_REFUSED,
  ENDED_FOUND,
  ENDED_ANSWERED,
  ENDED_NO_NAMESPACE,
  ENDED_FAILED,
};

/** A run step that is under way; a free place has no process id. Times are in microseconds. */
struct run {
  uint32_t id;
  struct process process;
  char *path;
  struct bytes output[2];
  /** Why we end it; 0 as long as we do not. */
  enum ending stopping;
  int64_t started_at;
  /** When something is due: first the timeout, then SIGKILL, then giving up. */
  int64_t due_at;
  bool killed;
  /** Until when we wait for the rest of its output once it has ended; 0 before. */
  int64_t last_words_until;
};

/** What a step ended with. */
struct step_end {
  enum ending ending;
  uint32_t number;
  uint32_t microseconds;
  const char *path;
  struct slice output;
  struct slice errors;
};

int64_t now_us(void);
void begin_run(struct run *run, const struct process *process, uint32_t id, const char *path,
               uint32_t timeout_ms);
/** Ends a run: SIGTERM to its group, SIGKILL after the grace. */
void stop_run(struct run *run, enum ending why);
/** Takes what it says; `which` is 0 for standard output, 1 for standard error. */
void read_output(struct run *run, int which);
/** Does what is due; gives true once the run is over, with how in `end`, which lives until free_run. */
bool advance_run(struct run *run, struct step_end *end);
/** When advance_run wants to be called at the latest. */
int64_t run_due_at(const struct run *run);
void free_run(struct run *run);

/* ---- steps.c: what the agent may have done here ---- */

/** The hands that are lent to the agent for one request. */
struct hands {
  /** List of the only folders in which plugins are looked up. */
  struct slice folders;
  sigset_t mask;
  struct run runs[STEPS];
  /** Ids that were used, 4 bytes each. */
  struct bytes ids;
  /** A step was lent that may have changed something. */
  bool worked;
  /** Frames for the agent. */
  struct bytes out;
};

enum step_type { STEP_RUN = 131, STEP_LOOK = 132, STEP_NETLINK = 133, STEP_STOP = 134 };

/** Does a step of the agent; false when the frame is broken or breaks the protocol. */
bool take_step(struct hands *hands, uint8_t type, struct slice fields);
void put_step_end(struct bytes *out, uint32_t id, const struct step_end *end);
void stop_all_runs(struct hands *hands);
size_t count_runs(const struct hands *hands);

/* ---- conversation.c, connect.c: from the greeting to the answer ---- */

enum outcome {
  OUTCOME_ANSWERED,
  /** Nothing was done for the request. */
  OUTCOME_UNASKED,
  /** The agent went away in the middle; what ran was ended. */
  OUTCOME_LOST,
};

/** What is asked of the agent, and what became of it. */
struct conversation {
  struct slice socket_dir;
  /** List of folders. */
  struct slice folders;
  /** Greeting and request, as frames. */
  struct slice opening;
  uint32_t patience_ms;
  /** The answer. */
  struct bytes answer;
  uint32_t exit_code;
  /** Why there is none, as words that follow "because". */
  char reason[1024];
  /** The runtime has ended the request. */
  bool cancelled;
};

enum outcome ask_agent(struct conversation *conversation);
/** The part of ask_agent that follows the connection; closes `agent`. */
enum outcome converse(struct conversation *conversation, int agent);
/** Connects to the agent; gives a socket that does not block, or -1 and the reason. */
int connect_to_agent(struct slice socket_dir, char *reason, size_t room);

/* ---- alone.c: without the agent ---- */

/** Becomes the executable beside us, with the runtime's standard input; comes back only on failure. */
void hand_over(const char *how, const char *reason, struct slice stdin_bytes, char *problem, size_t room);
/** Becomes the executable beside us, with the arguments given behind `program`, which may be NULL. */
void hand_arguments_over(const char *program, char **given, char *problem, size_t room);

#endif
