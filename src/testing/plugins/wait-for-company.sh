# SPDX-License-Identifier: Apache-2.0
# ADD ends once as many ADDs of it were begun as the key "company" says, or at SIGTERM; no other verb waits.
speaks 0.4.0 1.0.0 1.1.0
read_config
note_call
[ "$CNI_COMMAND" = ADD ] || exit 0
echo >"$0.$CNI_IFNAME.here"
field company 2
company=$value
set -- "$0".*.here
while [ $# -lt "$company" ]; do
  sleep 0.02
  set -- "$0".*.here
done
print_result
