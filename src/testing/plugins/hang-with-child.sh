# SPDX-License-Identifier: Apache-2.0
# Hangs together with a process of its own that ignores SIGTERM; both numbers go into the file of the key "pids".
speaks 0.4.0 1.0.0
read_config
trap '' TERM
sleep 60 &
trap - TERM
field pids /dev/null
echo "$$ $!" >"$value"
wait
