# SPDX-License-Identifier: Apache-2.0
# Never ends by itself (within a test), and only SIGKILL helps.
speaks 0.4.0 1.0.0
trap '' TERM
while :; do sleep 60; done
