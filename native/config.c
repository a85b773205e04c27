// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/** Where the string ends that begins at `at`: the place of its closing quote, or the end of the text. */
static size_t end_of_string(struct slice text, size_t at) {
  for (at++; at < text.length && text.at[at] != '"'; at++) {
    if (text.at[at] == '\\') at++;
  }
  return at < text.length ? at : text.length;
}

static size_t skip_space(struct slice text, size_t at) {
  while (at < text.length && memchr(" \t\r\n", text.at[at], 4) != NULL) at++;
  return at;
}

static bool is_key(struct slice text, size_t quote, size_t end, const char *key) {
  // Upstream, in Go, takes keys in any case.
  return end - quote - 1 == strlen(key) && strncasecmp(text.at + quote + 1, key, strlen(key)) == 0;
}

/** What follows the last `key` of the outermost object, up to the end of the text; empty when it is not
 * there. */
static struct slice value_of(struct slice text, const char *key) {
  struct slice value = {0};
  int depth = 0;
  for (size_t at = 0; at < text.length; at++) {
    char letter = text.at[at];
    if (letter == '{' || letter == '[') depth++;
    if (letter == '}' || letter == ']') depth--;
    if (letter != '"') continue;
    size_t end = end_of_string(text, at);
    size_t colon = skip_space(text, end + 1);
    if (depth == 1 && colon < text.length && text.at[colon] == ':' && is_key(text, at, end, key)) {
      size_t start = skip_space(text, colon + 1);
      value = (struct slice){text.at + start, text.length - start};
    }
    at = end;
  }
  return value;
}

struct slice config_text(struct slice config, const char *key) {
  struct slice value = value_of(config, key);
  if (value.length == 0 || value.at[0] != '"') return (struct slice){0};
  size_t end = end_of_string(value, 0);
  struct slice text = {value.at + 1, end - 1};
  bool is_plain = end < value.length && text.length > 0 && memchr(text.at, '\\', text.length) == NULL &&
                  memchr(text.at, 0, text.length) == NULL;
  return is_plain ? text : (struct slice){0};
}

uint32_t config_number(struct slice config, const char *key) {
  struct slice value = value_of(config, key);
  uint32_t number = 0;
  size_t at = 0;
  for (; at < value.length && isdigit((unsigned char)value.at[at]); at++) {
    if (number > INT_MAX / 10 - 1) return 0;
    number = number * 10 + (uint32_t)(value.at[at] - '0');
  }
  return at < value.length && memchr(",} \t\r\n", value.at[at], 6) != NULL ? number : 0;
}

static void put_text(struct bytes *out, const char *text) {
  bytes_add(out, text, strlen(text));
}

static const char *const cni_versions[] = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"};
enum { CNI_VERSIONS = sizeof cni_versions / sizeof *cni_versions };

/** The cniVersion of the configuration if we know it. */
static const char *known_version(struct slice config, const char *otherwise) {
  struct slice named = config_text(config, "cniVersion");
  for (size_t index = 0; index < CNI_VERSIONS; index++) {
    const char *version = cni_versions[index];
    if (named.length == strlen(version) && memcmp(named.at, version, named.length) == 0) return version;
  }
  return otherwise;
}

void put_version_answer(struct bytes *out, struct slice config) {
  put_text(out, "{\"cniVersion\":\"");
  put_text(out, known_version(config, cni_versions[CNI_VERSIONS - 1]));
  put_text(out, "\",\"supportedVersions\":[");
  for (size_t index = 0; index < CNI_VERSIONS; index++) {
    put_text(out, index == 0 ? "\"" : ",\"");
    put_text(out, cni_versions[index]);
    put_text(out, "\"");
  }
  put_text(out, "]}");
}

static void put_json_text(struct bytes *out, const char *text) {
  static const char hex[] = "0123456789abcdef";
  for (const char *at = text; *at != 0; at++) {
    unsigned char letter = (unsigned char)*at;
    // Bytes that may be no UTF-8 become U+FFFD: an answer in doubtful letters is better than none.
    if (letter >= 0x80) put_text(out, "\\ufffd");
    else if (letter < 0x20 || letter == '"' || letter == '\\')
      put_text(out, (const char[]){'\\', 'u', '0', '0', hex[letter >> 4], hex[letter & 15], 0});
    else bytes_add(out, at, 1);
  }
}

void put_try_again(struct bytes *out, struct slice config, const char *message) {
  put_text(out, "{\"cniVersion\":\"");
  put_text(out, known_version(config, "1.0.0"));
  put_text(out, "\",\"code\":11,\"msg\":\"");
  put_json_text(out, message);
  put_text(out, "\"}");
}
