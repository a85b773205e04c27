#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Process 1 of a test node. It starts in new mount, network and process namespaces, with the host's /proc still mounted.
set -eu

# The first field is this process' id as the host counts, for the host's /proc is still the one in sight.
read -r host_pid _ </proc/self/stat

mount --make-rprivate /
mount -t proc proc /proc
# Shims listen in /run/containerd/s and runc keeps its state in /run/containerd/runc, whatever containerd's configuration says.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/netns
# CNI keeps leases and results in /var/lib/cni, whatever anybody's configuration says.
sh "${0%/*}/own-folder.sh" /var/lib cni
# containerd hands mounts on to its sandboxes.
mount --make-rshared /
ip link set lo up

echo "$host_pid"

# A shim's parent ends at once, so the shim becomes a child of this shell; waiting takes the ended ones away.
while :; do
  sleep 3600 &
  wait "$!" || true
done
