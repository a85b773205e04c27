# SPDX-License-Identifier: Apache-2.0
# Prints a good result and fails all the same.
speaks 0.4.0 1.0.0
read_config
print_result
exit 3
