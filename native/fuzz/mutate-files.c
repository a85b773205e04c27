// SPDX-License-Identifier: Apache-2.0
/**
 * Where there is no libFuzzer: `mutate-files ROUNDS FILE...` gives the fuzzer each file as it is, and then
 * ROUNDS times with a few bytes changed, doubled or left out, in the same way every time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 16 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  return *state ^= *state << 5;
}

/** Changes `data` in one place; gives its new size. */
static size_t mutate(uint8_t *data, size_t size, uint32_t *state) {
  size_t at = next_random(state) % size, length = 1 + next_random(state) % 40;
  if (length > size - at) length = size - at;
  switch (next_random(state) % 3) {
    case 0:
      data[at] ^= (uint8_t)(1 + next_random(state) % 255);
      return size;
    case 1:
      memmove(data + at, data + at + length, size - at - length);
      return size - length > 0 ? size - length : size;
    default:
      if (size + length > MOST_BYTES) return size;
      memmove(data + at + length, data + at, size - at);
      return size + length;
  }
}

int main(int count, char **arguments) {
  static uint8_t original[MOST_BYTES], data[MOST_BYTES];
  uint32_t state = 1;
  long rounds = count > 2 ? strtol(arguments[1], NULL, 10) : 0;
  for (int index = 2; index < count; index++) {
    FILE *file = fopen(arguments[index], "r");
    size_t whole = file == NULL ? 0 : fread(original, 1, sizeof original, file);
    if (whole == 0) return 2;
    fclose(file);
    LLVMFuzzerTestOneInput(original, whole);
    for (long round = 0; round < rounds; round++) {
      size_t size = whole;
      memcpy(data, original, whole);
      for (uint32_t changes = 1 + next_random(&state) % 4; changes > 0; changes--) {
        size = mutate(data, size, &state);
      }
      LLVMFuzzerTestOneInput(data, size);
    }
  }
  printf("%d files, %ld rounds each\n", count - 2, rounds);
  return rounds > 0 ? 0 : 2;
}
