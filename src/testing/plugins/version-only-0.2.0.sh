# SPDX-License-Identifier: Apache-2.0
# An old plugin: 0.1.0 and 0.2.0 are all that it speaks.
speaks 0.1.0 0.2.0
read_config
note_call
field cniVersion 0.1.0
case $value in
  0.1.0 | 0.2.0) [ "$CNI_COMMAND" != ADD ] || print_result ;;
  *)
    print_error 1 "incompatible CNI versions; config is \\\"$value\\\", plugin supports [\\\"0.1.0\\\" \\\"0.2.0\\\"]"
    exit 1
    ;;
esac
