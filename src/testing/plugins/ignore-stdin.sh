# SPDX-License-Identifier: Apache-2.0
# Closes its input unread.
exec 0<&-
speaks 0.4.0 1.0.0
config='{"cniVersion":"1.0.0"}'
print_result
