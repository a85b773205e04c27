# SPDX-License-Identifier: Apache-2.0
# Fails with the code of the key "code" (7) and the words of the key "say" for the verb of the key "failOn" (every verb).
speaks 0.3.1 0.4.0 1.0.0 1.1.0
read_config
note_call
field failOn "$CNI_COMMAND"
if [ "$value" != "$CNI_COMMAND" ]; then
  [ "$CNI_COMMAND" != ADD ] || print_result
  exit 0
fi
echo "about to fail" >&2
field say "refused by a fixture"
words=$value
field code 7
print_error "$value" "$words"
exit 1
