# SPDX-License-Identifier: Apache-2.0
# Dies the way a crashing program does.
speaks 0.4.0 1.0.0
echo "about to crash" >&2
kill -SEGV $$
