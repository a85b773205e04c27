// SPDX-License-Identifier: Apache-2.0
import { describePodNamespace } from "../testing/pod-namespace-contract.ts";
import { createPodNamespace } from "./pod-namespace.ts";

describePodNamespace("namespaces of this host", createPodNamespace());
