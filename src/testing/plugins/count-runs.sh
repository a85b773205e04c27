# SPDX-License-Identifier: Apache-2.0
# Adds its verb as a line to the file beside it that is called like it, with ".runs" at the end.
echo "$CNI_COMMAND" >>"$0.runs"
speaks 0.4.0 1.0.0 1.1.0
read_config
[ "$CNI_COMMAND" != ADD ] || print_result
