# SPDX-License-Identifier: Apache-2.0
# Succeeds, and leaves a process behind that holds its outputs; its number goes into the file of the key "pids".
speaks 0.4.0 1.0.0
read_config
sleep 60 &
field pids /dev/null
echo "$!" >"$value"
print_result
