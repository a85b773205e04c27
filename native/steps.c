// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/** More than any request needs; ids are remembered only for as long. */
enum { MOST_IDS = 65536 };

/** A plugin as the agent names it. */
struct plugin_step {
  struct slice plugin;
  struct slice folders;
  struct slice environment;
};

void put_step_end(struct bytes *out, uint32_t id, const struct step_end *end) {
  uint8_t ending = (uint8_t)end->ending;
  size_t frame = begin_frame(out, 4);
  put_number(out, id);
  bytes_add(out, &ending, 1);
  put_number(out, end->number);
  put_number(out, end->microseconds);
  put_bytes(out, text_slice(end->path == NULL ? "" : end->path));
  put_bytes(out, end->output);
  put_bytes(out, end->errors);
  end_frame(out, frame);
}

static void end_with_reason(struct hands *hands, uint32_t id, struct step_end end, const char *reason) {
  end.errors = text_slice(reason);
  put_step_end(&hands->out, id, &end);
}

static void refuse(struct hands *hands, uint32_t id, const char *reason) {
  end_with_reason(hands, id, (struct step_end){.ending = ENDED_REFUSED}, reason);
}

static bool is_bare_name(const char *name) {
  if (*name == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return false;
  for (; *name != 0; name++) {
    if (*name == '/' || isspace((unsigned char)*name) || iscntrl((unsigned char)*name)) return false;
  }
  return true;
}

static bool is_in_list(struct slice list, const char *wanted) {
  for (const char *one = next_of_list(&list); one != NULL; one = next_of_list(&list)) {
    if (strcmp(one, wanted) == 0) return true;
  }
  return false;
}

/** Whether plugins may be looked up in a folder; if not, `reason` says how they could. */
static bool is_plugin_folder(const struct hands *hands, struct slice folder, char *reason, size_t room) {
  char path[PATH_MAX], file[PATH_MAX];
  if (!copy_text(path, sizeof path, folder)) {
    JOIN(reason, room, "the path of a plugin folder is too long");
    return false;
  }
  if (is_in_list(hands->folders, path)) return true;
  bool is_known = path_beside_us(FOLDERS_FILE, file, sizeof file);
  JOIN(reason, room, "\"", path, "\" is no plugin folder of this host: ",
       "add it to the runtime's plugin folders, or to ", is_known ? file : FOLDERS_FILE);
  return false;
}

/** The same for each folder of a CNI_PATH, from which plugins start others. Programs in Go take an empty one
 * among others for where they stand. */
static bool are_plugin_folders(const struct hands *hands, const char *path, char *reason, size_t room) {
  if (*path == 0) return true;
  for (;; path++) {
    size_t length = strcspn(path, ":");
    if (!is_plugin_folder(hands, (struct slice){path, length}, reason, room)) return false;
    path += length;
    if (*path == 0) return true;
  }
}

static bool is_cni_variable(const char *variable) {
  if (strncmp(variable, "CNI_", 4) != 0) return false;
  for (variable += 4; isalnum((unsigned char)*variable) || *variable == '_'; variable++) continue;
  return *variable == '=';
}

/** Whether a plugin is lent; if not, `reason` says why, as words that follow "because". */
static bool is_lent(const struct hands *hands, const struct plugin_step *step, char *reason, size_t room) {
  static const char path[] = "CNI_PATH=";
  struct slice folders = step->folders, environment = step->environment;
  for (const char *folder = next_of_list(&folders); folder != NULL; folder = next_of_list(&folders)) {
    if (!is_plugin_folder(hands, text_slice(folder), reason, room)) return false;
  }
  for (const char *one = next_of_list(&environment); one != NULL; one = next_of_list(&environment)) {
    if (!is_cni_variable(one)) {
      JOIN(reason, room, "a variable of its environment is none of CNI's");
      return false;
    }
    bool is_path = strncmp(one, path, strlen(path)) == 0;
    if (is_path && !are_plugin_folders(hands, one + strlen(path), reason, room)) return false;
  }
  return true;
}

/** Finds a plugin that is lent; tells the agent, and gives false, when there is none. */
static bool find_lent(struct hands *hands, uint32_t id, const struct plugin_step *step,
                      struct plugin_file *found) {
  char name[NAME_MAX + 1], reason[2 * PATH_MAX + 200] = "the plugin's name is no file name";
  bool is_named = copy_text(name, sizeof name, step->plugin) && is_bare_name(name);
  if (!is_named || !is_lent(hands, step, reason, sizeof reason)) {
    refuse(hands, id, reason);
    return false;
  }
  switch (find_plugin(step->folders, name, found)) {
    case LOOKUP_FOUND:
      return true;
    case LOOKUP_NOT_RUNNABLE:
      end_with_reason(hands, id, (struct step_end){.ending = ENDED_NOT_RUNNABLE, .path = found->path},
                      found->reason);
      return false;
    default:
      end_with_reason(hands, id, (struct step_end){.ending = ENDED_NOT_FOUND}, "");
      return false;
  }
}

/** Why the kernel did not run a file that can be run from outside. */
static const char *why_not_started(int error) {
  switch (error) {
    case ENOEXEC:
      return "it is neither a program for this machine nor a script that starts with #!";
    case ENOENT:
      return "this host does not have the interpreter or the loader that it needs";
    case EACCES:
      return "its folder or its file system (mount option noexec) does not let us run it";
    case ETXTBSY:
      return "it is being written to at this moment";
    default:
      return strerror(error);
  }
}

static struct run *free_place(struct hands *hands) {
  for (struct run *run = hands->runs; run < hands->runs + STEPS; run++) {
    if (run->process.pid == 0) return run;
  }
  return NULL;
}

static bool take_run(struct hands *hands, uint32_t id, struct fields *fields) {
  uint32_t timeout_ms = take_number(fields);
  struct plugin_step step = {.plugin = take_bytes(fields), .folders = take_list(fields)};
  step.environment = take_list(fields);
  struct slice stdin_bytes = take_bytes(fields);
  if (!fields_are_whole(fields)) return false;

  struct plugin_file found;
  struct process process;
  struct run *run = free_place(hands);
  hands->worked = true;
  if (run == NULL) {
    refuse(hands, id, "32 steps are under way already");
  } else if (find_lent(hands, id, &step, &found)) {
    struct process_start start = {found.path, step.environment, stdin_bytes, &hands->mask};
    int error = timeout_ms == 0 ? 0 : start_process(&start, &process);
    struct step_end end = {.ending = error == 0 ? ENDED_TIMED_OUT : ENDED_NOT_RUNNABLE, .path = found.path};
    if (timeout_ms > 0 && error == 0) begin_run(run, &process, id, found.path, timeout_ms);
    else end_with_reason(hands, id, end, error == 0 ? "" : why_not_started(error));
  }
  return true;
}

static bool take_look(struct hands *hands, uint32_t id, struct fields *fields) {
  struct plugin_step step = {.plugin = take_bytes(fields), .folders = take_list(fields)};
  if (!fields_are_whole(fields)) return false;
  struct plugin_file found;
  char fingerprint[120];
  if (!find_lent(hands, id, &step, &found)) return true;
  struct step_end end = {.ending = ENDED_NOT_FOUND};
  // It may have been taken away in this very moment.
  if (fingerprint_of(found.path, fingerprint, sizeof fingerprint)) {
    end = (struct step_end){.ending = ENDED_FOUND, .path = found.path, .output = text_slice(fingerprint)};
  }
  put_step_end(&hands->out, id, &end);
  return true;
}

static void carry(struct hands *hands, uint32_t id, const char *path, struct slice message) {
  static const enum ending endings[] = {
      [CARRIED_ANSWERED] = ENDED_ANSWERED,
      [CARRIED_NO_NAMESPACE] = ENDED_NO_NAMESPACE,
      [CARRIED_FAILED] = ENDED_FAILED,
      [CARRIED_REFUSED] = ENDED_REFUSED,
  };
  struct netlink_answer answer = {0};
  enum carried carried = carry_netlink(path, message, &answer);
  struct step_end end = {.ending = endings[carried]};
  if (carried == CARRIED_ANSWERED) end.output = slice_of(&answer.datagrams);
  if (carried == CARRIED_FAILED) end.number = (uint32_t)answer.error;
  if (carried == CARRIED_REFUSED) end.errors = text_slice(answer.reason);
  put_step_end(&hands->out, id, &end);
  bytes_free(&answer.datagrams);
}

static bool take_netlink(struct hands *hands, uint32_t id, struct fields *fields) {
  struct slice path_field = take_bytes(fields), message = take_bytes(fields);
  if (!fields_are_whole(fields)) return false;
  char path[PATH_MAX];
  hands->worked = true;
  const char *reason = message.length == 0 ? NULL : why_not_carried(message);
  if (!copy_text(path, sizeof path, path_field) || path[0] != '/') reason = "the namespace is no whole path";
  if (free_place(hands) == NULL) reason = "32 steps are under way already";
  if (reason == NULL) carry(hands, id, path, message);
  else refuse(hands, id, reason);
  return true;
}

static bool take_stop(struct hands *hands, uint32_t id, const struct fields *fields) {
  if (!fields_are_whole(fields)) return false;
  for (struct run *run = hands->runs; run < hands->runs + STEPS; run++) {
    if (run->process.pid != 0 && run->id == id) stop_run(run, ENDED_STOPPED);
  }
  return true;
}

/** Each id is used once in a connection. */
static bool use_id(struct hands *hands, uint32_t id) {
  size_t used = hands->ids.length / sizeof id;
  if (used == MOST_IDS) return false;
  for (size_t index = 0; index < used; index++) {
    if (memcmp(hands->ids.at + index * sizeof id, &id, sizeof id) == 0) return false;
  }
  bytes_add(&hands->ids, &id, sizeof id);
  return true;
}

bool take_step(struct hands *hands, uint8_t type, struct slice frame) {
  struct fields fields = {.rest = frame};
  uint32_t id = take_number(&fields);
  if (fields.broken) return false;
  if (type == STEP_STOP) return take_stop(hands, id, &fields);
  if (!use_id(hands, id)) return false;
  if (type == STEP_RUN) return take_run(hands, id, &fields);
  if (type == STEP_LOOK) return take_look(hands, id, &fields);
  return type == STEP_NETLINK && take_netlink(hands, id, &fields);
}

void stop_all_runs(struct hands *hands) {
  for (struct run *run = hands->runs; run < hands->runs + STEPS; run++) {
    if (run->process.pid != 0) stop_run(run, ENDED_STOPPED);
  }
}

size_t count_runs(const struct hands *hands) {
  size_t count = 0;
  for (size_t index = 0; index < STEPS; index++) count += hands->runs[index].process.pid != 0;
  return count;
}
