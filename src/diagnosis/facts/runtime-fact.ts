// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { flag, hostPath, list, maybe, number, oneOf, shape, text } from "./shapes.ts";

const from = oneOf(
  "Who says so: the running runtime through CRI, a configuration file, or nobody, so that the runtime's default holds",
  ["cri", "file", "default"],
);

/** A value that the runtime uses, and who says so. */
const setting = <Value extends v.GenericSchema>(about: string, value: Value) =>
  shape(about, {
    value,
    from,
    file: maybe(hostPath("The file that says so")),
    key: maybe(text("The key of that file, with its table")),
  });

/** The container runtime, and what it really uses for CNI. */
export const runtimeFact = shape("The container runtime and what it really uses for CNI", {
  name: oneOf("Which runtime it is", ["containerd", "cri-o"]),
  version: maybe(text("Its version, as it says it itself")),
  socket: maybe(hostPath("Its CRI socket")),
  files: list(
    "Its configuration files, in the order in which later ones win",
    shape("A configuration file", {
      path: hostPath("Where it is"),
      role: oneOf("How the runtime comes to it", ["main", "import", "drop-in"]),
      version: maybe(number("Version of containerd's configuration format: 1, 2, 3 ...")),
      problem: maybe(text("Why it cannot be read or understood")),
    }),
  ),
  confDir: setting("The folder of CNI configurations", hostPath("")),
  binDirs: setting("The folders of CNI plugins, in order", list("", hostPath(""))),
  maxConfNum: maybe(
    setting("containerd: how many configurations it loads, 0 is all", number("Number of files")),
  ),
  defaultNetwork: maybe(
    setting("CRI-O: name of the network that pods get, empty is the first file", text("Name of a network")),
  ),
  handlers: list(
    "Runtime handlers with a configuration folder of their own",
    shape("A handler", {
      name: text("Name of the handler, such as runc"),
      confDir: maybe(hostPath("Its folder of CNI configurations")),
      maxConfNum: maybe(number("How many configurations it loads, 0 is all")),
    }),
  ),
  status: maybe(
    shape("What the running runtime says of its network", {
      networkReady: flag("Whether it can make pods' networks"),
      reason: text("Its word for why not, may be empty"),
      message: text("Its sentence for why not, may be empty"),
      loaded: list("Names of the network configurations that it has loaded", text("Name of a network")),
    }),
  ),
  conflicts: list("Where what it says contradicts itself, such as bin_dir beside bin_dirs", text("Sentence")),
});

/** The container runtime, and what it really uses for CNI. */
export type RuntimeFact = v.InferOutput<typeof runtimeFact>;
