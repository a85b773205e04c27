# SPDX-License-Identifier: Apache-2.0
# Says it succeeded, but not in JSON.
speaks 0.4.0 1.0.0
echo 'panic: runtime error: {"cniVersion'
