# SPDX-License-Identifier: Apache-2.0
# From before VERSION existed: refuses it as an unknown command.
[ "$CNI_COMMAND" != VERSION ] || {
  echo '{"code":100,"msg":"unknown CNI_COMMAND: VERSION"}'
  exit 1
}
read_config
note_call
[ "$CNI_COMMAND" != ADD ] || print_result
