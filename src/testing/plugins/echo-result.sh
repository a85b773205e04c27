# SPDX-License-Identifier: Apache-2.0
# Does what it is asked: a result for ADD, silence for the rest.
speaks 0.1.0 0.2.0 0.3.0 0.3.1 0.4.0 1.0.0 1.1.0
read_config
note_call
[ "$CNI_COMMAND" != ADD ] || print_result
