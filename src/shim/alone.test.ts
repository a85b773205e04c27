// SPDX-License-Identifier: Apache-2.0
import { describeStories } from "../testing/stories/index.ts";
import { createTestNode } from "../testing/stories/test-node.ts";

describeStories("the plugin without an agent", createTestNode);
