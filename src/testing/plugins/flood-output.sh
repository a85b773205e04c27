# SPDX-License-Identifier: Apache-2.0
# Never stops talking.
speaks 0.4.0 1.0.0
while :; do
  echo 'more and more and more and more and more and more and more and more and more and more and more and more'
done
