// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { operatingSystemOf, parseOsRelease } from "./read-os.ts";

test.each([
  {
    name: "Debian",
    text: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
    says: { id: "debian", like: [], version: "12", name: "Debian GNU/Linux 12 (bookworm)" },
  },
  {
    name: "Talos",
    text: 'NAME="Talos"\nID=talos\nVERSION_ID=v1.13.0\nPRETTY_NAME="Talos (v1.13.0)"\n',
    says: { id: "talos", version: "v1.13.0", name: "Talos (v1.13.0)" },
  },
  {
    name: "single quotes, a comment, several parents",
    text: "# a comment\nID='rocky'\nID_LIKE=\"rhel centos fedora\"\nVARIANT_ID=server\n",
    says: { id: "rocky", like: ["rhel", "centos", "fedora"], variant: "server" },
  },
  { name: "nothing", text: "", says: { id: "linux", like: [], version: undefined } },
  { name: "an escape", text: 'PRETTY_NAME="a \\"b\\" \\$c"\r\n', says: { name: 'a "b" $c' } },
])("os-release of $name", ({ text, says }) => {
  expect(operatingSystemOf(parseOsRelease(text))).toMatchObject(says);
});
