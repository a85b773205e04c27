# SPDX-License-Identifier: Apache-2.0
# A plugin of CNI 1.1: GC and STATUS as well; STATUS fails with the code of the key "statusCode", if there is one.
speaks 0.4.0 1.0.0 1.1.0
read_config
note_call
case $CNI_COMMAND in
  ADD) print_result ;;
  STATUS)
    field statusCode ''
    [ -z "$value" ] || {
      print_error "$value" "not ready, says a fixture"
      exit 1
    }
    ;;
esac
