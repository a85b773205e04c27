// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** The runtime must get an answer even now; the kernel ends our plugins. */
static _Noreturn void out_of_memory(void) {
  static const char answer[] =
      "{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"the host has no memory left\"}";
  ssize_t ignored = write(STDOUT_FILENO, answer, sizeof answer - 1);
  (void)ignored;
  _exit(1);
}

void bytes_reserve(struct bytes *bytes, size_t more) {
  if (more <= bytes->room - bytes->length) return;
  if (more > SIZE_MAX / 2 - bytes->length) out_of_memory();
  size_t room = bytes->room * 2 > 256 ? bytes->room * 2 : 256;
  if (room < bytes->length + more) room = bytes->length + more;
  char *at = realloc(bytes->at, room);
  if (at == NULL) out_of_memory();
  bytes->at = at;
  bytes->room = room;
}

void bytes_add(struct bytes *bytes, const void *added, size_t length) {
  // memcpy must not be given NULL, not even for nothing.
  if (length == 0) return;
  bytes_reserve(bytes, length);
  memcpy(bytes->at + bytes->length, added, length);
  bytes->length += length;
}

void bytes_drop(struct bytes *bytes, size_t length) {
  if (length == 0) return;
  memmove(bytes->at, bytes->at + length, bytes->length - length);
  bytes->length -= length;
}

void bytes_free(struct bytes *bytes) {
  free(bytes->at);
  *bytes = (struct bytes){0};
}

struct slice slice_of(const struct bytes *bytes) {
  return (struct slice){bytes->at, bytes->length};
}

struct slice text_slice(const char *text) {
  return (struct slice){text, strlen(text)};
}

bool copy_text(char *to, size_t room, struct slice text) {
  if (text.length >= room || (text.length > 0 && memchr(text.at, 0, text.length) != NULL)) return false;
  if (text.length > 0) memcpy(to, text.at, text.length);
  to[text.length] = 0;
  return true;
}

bool join_texts(char *to, size_t room, const char *const *parts) {
  size_t length = 0;
  for (; *parts != NULL; parts++) {
    size_t left = room - 1 - length, wanted = strlen(*parts);
    size_t taken = wanted < left ? wanted : left;
    memcpy(to + length, *parts, taken);
    length += taken;
    if (taken < wanted) break;
  }
  to[length] = 0;
  return *parts == NULL;
}

struct digits decimal(uint64_t number) {
  struct digits digits = {""};
  size_t at = sizeof digits.text - 1;
  do digits.text[--at] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  memmove(digits.text, digits.text + at, sizeof digits.text - at);
  return digits;
}

const char *next_of_list(struct slice *rest) {
  if (rest->length == 0) return NULL;
  const char *element = rest->at;
  size_t taken = strlen(element) + 1;
  rest->at += taken;
  rest->length -= taken;
  return element;
}

static struct slice take(struct fields *fields, size_t length) {
  if (fields->broken || length > fields->rest.length) {
    fields->broken = true;
    return (struct slice){0};
  }
  struct slice taken = {fields->rest.at, length};
  fields->rest.at += length;
  fields->rest.length -= length;
  return taken;
}

uint32_t take_number(struct fields *fields) {
  struct slice taken = take(fields, 4);
  if (taken.at == NULL) return 0;
  const unsigned char *at = (const unsigned char *)taken.at;
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

struct slice take_bytes(struct fields *fields) {
  return take(fields, take_number(fields));
}

struct slice take_list(struct fields *fields) {
  struct slice list = take_bytes(fields);
  if (list.length > 0 && list.at[list.length - 1] != 0) fields->broken = true;
  return list;
}

bool fields_are_whole(const struct fields *fields) {
  return !fields->broken && fields->rest.length == 0;
}

void put_number(struct bytes *out, uint32_t number) {
  uint8_t bytes[4];
  for (int index = 0; index < 4; index++) bytes[index] = (uint8_t)(number >> 8 * index);
  bytes_add(out, bytes, sizeof bytes);
}

void put_bytes(struct bytes *out, struct slice bytes) {
  put_number(out, (uint32_t)bytes.length);
  bytes_add(out, bytes.at, bytes.length);
}

size_t begin_frame(struct bytes *out, uint8_t type) {
  size_t begin = out->length;
  put_number(out, 0);
  bytes_add(out, &type, 1);
  return begin;
}

void end_frame(struct bytes *out, size_t begin) {
  size_t end = out->length;
  out->length = begin;
  put_number(out, (uint32_t)(end - begin - 4));
  out->length = end;
}
