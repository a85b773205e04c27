#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Goes before each fixture plugin. Builtins only where it can be: a test runs these hundreds of times.

# Standard input in one line, as $config. A configuration has no line breaks inside its strings.
read_config() {
  config=
  while IFS= read -r line || [ -n "$line" ]; do config=$config$line; done
}

# field NAME DEFAULT: sets $value to the first value of a key whose value is a plain string or number.
field() {
  value=$2
  case $config in *"\"$1\""*) ;; *) return 0 ;; esac
  value=${config#*"\"$1\""}
  value=${value#*:}
  while [ "${value# }" != "$value" ]; do value=${value# }; done
  case $value in
    '"'*) value=${value#'"'} value=${value%%'"'*} ;;
    *) value=${value%%[,\}]*} value=${value%% *} ;;
  esac
}

# speaks VERSION...: answers CNI_COMMAND=VERSION and ends.
speaks() {
  [ "$CNI_COMMAND" = VERSION ] || return 0
  list=
  for version in "$@"; do list=$list,\"$version\"; done
  printf '{"cniVersion":"%s","supportedVersions":[%s]}\n' "$version" "${list#,}"
  exit 0
}

# Appends the call as a line of JSON to the file that the key "callLog" of the configuration names.
note_call() {
  field callLog ''
  [ -z "$value" ] || printf '{"plugin":"%s","verb":"%s","containerId":"%s","netns":"%s","ifName":"%s","args":"%s","path":"%s","config":%s}\n' \
    "${0##*/}" "$CNI_COMMAND" "$CNI_CONTAINERID" "$CNI_NETNS" "$CNI_IFNAME" "$CNI_ARGS" "$CNI_PATH" "$config" >>"$value"
}

# The result of ADD: one interface in the container, with the addresses of the keys "address" and "mac".
print_result() {
  field cniVersion 0.1.0 && cni_version=$value
  field address 10.99.0.2/24 && address=$value
  field mac 02:00:00:00:00:01 && mac=$value
  case $cni_version in
    0.1.0 | 0.2.0) printf '{"cniVersion":"%s","ip4":{"ip":"%s"},"dns":{}}\n' "$cni_version" "$address" ;;
    *)
      ip_version=
      case $cni_version in 0.*) ip_version='"version":"4",' ;; esac
      printf '{"cniVersion":"%s","interfaces":[{"name":"%s","mac":"%s","sandbox":"%s"}],"ips":[{%s"interface":0,"address":"%s"}],"dns":{}}\n' \
        "$cni_version" "$CNI_IFNAME" "$mac" "$CNI_NETNS" "$ip_version" "$address"
      ;;
  esac
}

# print_error CODE MESSAGE
print_error() {
  field cniVersion 0.1.0
  printf '{"cniVersion":"%s","code":%s,"msg":"%s","details":"said by a fixture"}\n' "$value" "$1" "$2"
}
