// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

extern char **environ;

/** Descriptor of the leash in a plugin, the same that src/host/leash.ts has. */
enum { LEASH_DESCRIPTOR = 3 };

static void close_if_open(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static bool write_whole(int file, struct slice bytes) {
  // pwrite, for the offset must stay where the reader begins.
  for (size_t at = 0; at < bytes.length;) {
    ssize_t written = pwrite(file, bytes.at + at, bytes.length - at, (off_t)at);
    if (written == -1 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += (size_t)written;
  }
  return true;
}

/** Kernels differ in whether they want, or know, the flag that nothing here is to be executed. */
static int empty_file(void) {
  int file = memfd_create("stdin", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
  if (file == -1) file = memfd_create("stdin", MFD_CLOEXEC);
  if (file == -1) file = open("/run", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  return file != -1 ? file : open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int input_file(struct slice bytes) {
  int file = empty_file();
  if (file == -1 || write_whole(file, bytes)) return file;
  close(file);
  return -1;
}

static const char started_by_us[] = STARTED_BY "plures";

static void add_variable(struct bytes *pointers, const char *variable) {
  bytes_add(pointers, &variable, sizeof variable);
}

/** Of our environment everything but `CNI_*`: what our caller said to us is not meant for a delegate. */
static char **plugin_environment(struct slice given) {
  struct bytes pointers = {0};
  add_variable(&pointers, started_by_us);
  for (char **variable = environ; *variable != NULL; variable++) {
    if (strncmp(*variable, "CNI_", 4) != 0) add_variable(&pointers, *variable);
  }
  for (const char *variable = next_of_list(&given); variable != NULL; variable = next_of_list(&given)) {
    if (strncmp(variable, STARTED_BY, strlen(STARTED_BY)) != 0) add_variable(&pointers, variable);
  }
  add_variable(&pointers, NULL);
  return (char **)(void *)pointers.at;
}

/** What exists only until the plugin has begun. */
struct beginning {
  int input;
  int output_writers[2];
  /** Tells why the kernel refused to run it; closed by success. */
  int failure[2];
  char **environment;
};

/**
 * The reading end of the leash asks for SIGKILL for the group when something happens to it, and all that ever
 * happens is that the writing end is closed by our death. We hold a copy of that end here until the plugin
 * begins, so a parent that dies in this moment ends the plugin as well.
 */
static bool tie_leash(int reader) {
  return dup2(reader, LEASH_DESCRIPTOR) != -1 && fcntl(reader, F_SETSIG, SIGKILL) != -1 &&
         fcntl(reader, F_SETOWN, -getpid()) != -1 && fcntl(reader, F_SETFL, O_ASYNC) != -1;
}

static _Noreturn void become_plugin(const struct process_start *start, const struct process *process,
                                    const struct beginning *beginning) {
  char *arguments[] = {(char *)(uintptr_t)start->path, NULL};
  bool ready = setpgid(0, 0) == 0 && dup2(beginning->input, STDIN_FILENO) != -1 &&
               dup2(beginning->output_writers[0], STDOUT_FILENO) != -1 &&
               dup2(beginning->output_writers[1], STDERR_FILENO) != -1 && tie_leash(process->leash[0]) &&
               sigprocmask(SIG_SETMASK, start->mask, NULL) == 0;
  if (ready) execve(start->path, arguments, beginning->environment);
  int error = errno;
  ssize_t ignored = write(beginning->failure[1], &error, sizeof error);
  (void)ignored;
  _exit(127);
}

static bool open_pipe(int *reader, int *writer, int flags) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) == -1) return false;
  *reader = ends[0];
  *writer = ends[1];
  return flags == 0 || fcntl(*reader, F_SETFL, flags) != -1;
}

static bool open_all(const struct process_start *start, struct process *process,
                     struct beginning *beginning) {
  beginning->input = input_file(start->stdin_bytes);
  return beginning->input != -1 &&
         open_pipe(&process->outputs[0], &beginning->output_writers[0], O_NONBLOCK) &&
         open_pipe(&process->outputs[1], &beginning->output_writers[1], O_NONBLOCK) &&
         open_pipe(&process->leash[0], &process->leash[1], 0) &&
         open_pipe(&beginning->failure[0], &beginning->failure[1], 0);
}

/** Waits until the plugin has begun; gives 0, or the errno that came instead. */
static int read_failure(int failure) {
  int error = 0;
  ssize_t length;
  do length = read(failure, &error, sizeof error);
  while (length == -1 && errno == EINTR);
  return length == sizeof error ? error : 0;
}

static int fork_plugin(const struct process_start *start, struct process *process,
                       struct beginning *beginning) {
  process->pid = fork();
  if (process->pid == -1) return errno;
  if (process->pid == 0) become_plugin(start, process, beginning);
  close_if_open(&beginning->failure[1]);
  int error = read_failure(beginning->failure[0]);
  if (error != 0) waitpid(process->pid, NULL, 0);
  return error;
}

int start_process(const struct process_start *start, struct process *process) {
  *process = (struct process){.outputs = {-1, -1}, .leash = {-1, -1}};
  struct beginning beginning = {-1, {-1, -1}, {-1, -1}, plugin_environment(start->environment)};
  int error = open_all(start, process, &beginning) ? fork_plugin(start, process, &beginning) : errno;
  close_if_open(&beginning.input);
  for (int end = 0; end < 2; end++) {
    close_if_open(&beginning.output_writers[end]);
    close_if_open(&beginning.failure[end]);
    if (error != 0) close_if_open(&process->outputs[end]);
    if (error != 0) close_if_open(&process->leash[end]);
  }
  free(beginning.environment);
  return error;
}

bool process_has_ended(const struct process *process) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

void signal_group(const struct process *process, int signal) {
  // ESRCH, all of them have ended already, is fine.
  kill(-process->pid, signal);
}

int close_process(struct process *process) {
  int status = 0;
  // Disarmed first, because closing the writing end is what fires it. We kept the reading end for this.
  fcntl(process->leash[0], F_SETFL, 0);
  for (int end = 0; end < 2; end++) {
    close_if_open(&process->leash[end]);
    close_if_open(&process->outputs[end]);
  }
  waitpid(process->pid, &status, WNOHANG);
  process->pid = 0;
  return status;
}
