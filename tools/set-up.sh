#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs those of the named Debian packages whose programs this machine lacks. With --root it also insists on root.
set -euo pipefail

needs_root=no
if [ "${1:-}" = --root ]; then needs_root=yes; shift; fi

is_there() {
  case "$1" in
    containernetworking-plugins)
      for dir in /opt/cni/bin /usr/lib/cni /usr/libexec/cni; do [ -x "$dir/bridge" ] && return; done
      return 1 ;;
    ca-certificates) [ -d /usr/share/ca-certificates/mozilla ] ;;
    libc6-arm64-cross) [ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ] || [ "$(uname -m)" = aarch64 ] ;;
    iproute2) [ -n "$(PATH="$PATH:/usr/sbin:/sbin" type -P ip)" ] ;;
    busybox-static) [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 ;;
    musl-tools) [ -n "$(type -P musl-gcc)" ] ;;
    gcc-aarch64-linux-gnu) [ -n "$(type -P aarch64-linux-gnu-gcc)" ] ;;
    libclang-rt-14-dev) [ -d /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux ] ;;
    libc6-dev) [ -f /usr/include/stdio.h ] ;;
    *) [ -n "$(PATH="$PATH:/usr/sbin:/sbin" type -P "$1")" ] ;;
  esac
}

missing=()
for package in "$@"; do is_there "$package" || missing+=("$package"); done

if [ "$(id -u)" -ne 0 ]; then
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "This needs, once, as root: apt-get update && apt-get install ${missing[*]}" >&2
    exit 1
  fi
  if [ "$needs_root" = yes ]; then
    echo "This needs root, because it makes network namespaces and runs containerd: run it with sudo." >&2
    echo "Without root there are \`make check\`, \`make build\` and \`make demo\`." >&2
    exit 1
  fi
fi
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
if [ -z "$(type -P apt-get)" ]; then
  echo "This machine has no apt-get. Install by its own means what Debian calls: ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends --no-remove "${missing[@]}"
