#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# own-folder.sh TOP NAME...: a test node gets a TOP/NAME of its own, which is not there yet. All else in TOP stays in sight.
set -eu

top=$1
shift
mkdir -p "/run/host$top"
mount --rbind "$top" "/run/host$top"
# Otherwise what is mounted next would be mounted there as well.
mount --make-rprivate "/run/host$top"
mount -t tmpfs -o mode=755 tmpfs "$top"
find "/run/host$top" -mindepth 1 -maxdepth 1 -exec ln -s -t "$top" {} +
for name; do rm -f "$top/$name"; done
