# SPDX-License-Identifier: Apache-2.0
# Never ends by itself (within a test), ends at SIGTERM.
speaks 0.4.0 1.0.0
exec sleep 60
