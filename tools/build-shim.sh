#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds native/ to a file: `tools/build-shim.sh KIND FILE`. x64 and arm64 are static, against musl; sanitized, fuzzer and
# mutator are for tests. What is missing is installed, as root.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1 file=$2

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
[ -n "$version" ] || { echo "package.json has no line with the version" >&2; exit 1; }
compile=(-std=c11 -Wall -Wextra -Wconversion -Wshadow -Werror "-DSHIM_VERSION=\"$version\"")
# What touches the host is replaced in the fuzzer.
fuzzed=(native/{bytes,config,netlink-rules,runs,steps,conversation,connect}.c native/fuzz/conversation-fuzzer.c)
# No unwinder reads the tables, and pages need not begin at a page of the file.
small=(-Os -flto -fstack-protector-strong -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -static -s
  -Wl,--gc-sections,-z,noseparate-code,-z,norelro,--build-id=none)

# Debian has no cross-compiler against musl, but the same libc.a for arm64, and a compiler that takes it.
musl_of_arm64() {
  local dir=dist/musl-arm64
  if [ ! -f "$dir/usr/lib/aarch64-linux-musl/libc.a" ]; then
    dpkg --print-foreign-architectures | grep -qx arm64 || { dpkg --add-architecture arm64; apt-get update -q >&2; }
    mkdir -p "$dir"
    (cd "$dir" && apt-get download -q musl-dev:arm64 >&2 && dpkg -x musl-dev_*_arm64.deb . && rm musl-dev_*_arm64.deb)
  fi
  echo "$dir/usr"
}

mkdir -p "$(dirname "$file")"
# Renamed at the end, for somebody may be running the old one.
new="$file.$$"
trap 'rm -f "$new"' EXIT
case "$kind" in
  x64)
    tools/set-up.sh gcc musl-tools
    musl-gcc "${compile[@]}" "${small[@]}" native/*.c -o "$new"
    ;;
  arm64)
    tools/set-up.sh gcc-aarch64-linux-gnu
    musl=$(musl_of_arm64)
    lib=$musl/lib/aarch64-linux-musl
    gcc=$(dirname "$(aarch64-linux-gnu-gcc -print-libgcc-file-name)")
    aarch64-linux-gnu-gcc "${compile[@]}" "${small[@]}" -fno-pie -no-pie -mno-outline-atomics -nostdinc \
      -isystem "$musl/include/aarch64-linux-musl" -isystem "$gcc/include" -nostdlib "$lib/crt1.o" "$lib/crti.o" \
      "$gcc/crtbeginT.o" native/*.c "-L$lib" -Wl,--start-group -lc -lgcc -Wl,--end-group "$gcc/crtend.o" "$lib/crtn.o" \
      -o "$new"
    ;;
  sanitized)
    tools/set-up.sh gcc libc6-dev
    gcc "${compile[@]}" -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all native/*.c -o "$new"
    ;;
  fuzzer)
    tools/set-up.sh clang libclang-rt-14-dev libc6-dev
    clang "${compile[@]}" -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all "${fuzzed[@]}" -o "$new"
    ;;
  mutator)
    tools/set-up.sh gcc libc6-dev
    gcc "${compile[@]}" -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all "${fuzzed[@]}" \
      native/fuzz/mutate-files.c -o "$new"
    ;;
  *) echo "\"$kind\" is none of x64, arm64, sanitized, fuzzer, mutator" >&2; exit 2 ;;
esac

bytes=$(stat -c %s "$new")
if [ "${kind%64}" != "$kind" ] && [ "$bytes" -gt 65536 ]; then
  echo "$new has $bytes bytes, at most 65536 are allowed" >&2
  exit 1
fi
mv "$new" "$file"
