// SPDX-License-Identifier: Apache-2.0
#include "shim.h"

#include <string.h>

// linux/netlink.h and linux/rtnetlink.h, which a C library does not bring.
enum { HEADER_BYTES = 16, LINK_BYTES = 16, ROUTE_BYTES = 12, FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };
enum { REQUEST_FLAG = 1, ACK_FLAG = 4 };

/** Attributes could name a link of another namespace, by the number that this one knows it under. */
static const char *why_not_one_link(struct slice body) {
  return body.length == LINK_BYTES ? NULL : "RTM_DELLINK: it names more than the index of a link";
}

/** `struct rtmsg` begins with the family and the length of the destination's prefix. */
static const char *why_not_default_route(struct slice body) {
  if (body.length < ROUTE_BYTES) return "a route: it is cut off";
  // Other families have routes of other kinds: multicast forwarding for one.
  if (body.at[0] != FAMILY_IPV4 && body.at[0] != FAMILY_IPV6)
    return "a route: it is neither of IPv4 nor of IPv6";
  return body.at[1] == 0 ? NULL : "a route: it is not a default route";
}

/** A kind of message that is carried, and what else must hold of it. */
struct rule {
  uint16_t type;
  /** The kernel is silent about a change that goes well unless it is to be acknowledged. */
  uint16_t flags;
  const char *(*problem_of)(struct slice body);
};

static const struct rule rules[] = {
    {18, REQUEST_FLAG, NULL},                              // RTM_GETLINK
    {22, REQUEST_FLAG, NULL},                              // RTM_GETADDR
    {26, REQUEST_FLAG, NULL},                              // RTM_GETROUTE
    {17, REQUEST_FLAG | ACK_FLAG, why_not_one_link},       // RTM_DELLINK
    {24, REQUEST_FLAG | ACK_FLAG, why_not_default_route},  // RTM_NEWROUTE
    {25, REQUEST_FLAG | ACK_FLAG, why_not_default_route},  // RTM_DELROUTE
};

const char *why_not_carried(struct slice message) {
  if (message.length > NETLINK_REQUEST_BYTES) return "it has more than 4096 bytes";
  if (message.length < HEADER_BYTES) return "it has no whole header";
  uint32_t length;
  uint16_t type, flags;
  memcpy(&length, message.at, sizeof length);
  memcpy(&type, message.at + 4, sizeof type);
  memcpy(&flags, message.at + 6, sizeof flags);
  if (length != message.length) return "it is not exactly one message";
  struct slice body = {message.at + HEADER_BYTES, message.length - HEADER_BYTES};
  for (size_t index = 0; index < sizeof rules / sizeof *rules; index++) {
    if (rules[index].type != type) continue;
    // We wait for the answer, and do nothing else meanwhile.
    if ((flags & rules[index].flags) != rules[index].flags) return "it asks the kernel for no answer";
    return rules[index].problem_of == NULL ? NULL : rules[index].problem_of(body);
  }
  return "its type is none of RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_DELLINK, RTM_NEWROUTE, "
         "RTM_DELROUTE";
}
