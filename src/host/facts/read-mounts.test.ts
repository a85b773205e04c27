// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { machineOf } from "./fixtures/machine-of.ts";
import { isVolatile, mountOf, mountsThatMatter, parseMountInfo, readAllMounts } from "./read-mounts.ts";

const talos = `22 1 0:20 / / ro,relatime shared:1 - squashfs /dev/loop0 ro
30 22 0:25 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,mode=755
31 22 259:5 / /var rw,relatime shared:6 - xfs /dev/sda6 rw
40 22 0:30 / /opt rw,relatime - overlay overlay rw,lowerdir=/opt,upperdir=/var/system/overlays/opt-diff,workdir=/var/x
41 22 0:31 / /etc/cni rw,noexec shared:9 - tmpfs tmpfs rw
42 22 0:32 / /etc/kubernetes rw - overlay overlay rw,lowerdir=/etc,upperdir=/run/overlay/k8s,workdir=/run/w
50 30 0:4 net:[4026532274] /run/netns/cni-1 rw shared:20 - nsfs nsfs rw
51 31 0:50 / /var/lib/kubelet/pods/uid/volumes/kubernetes.io~projected/token rw shared:21 - tmpfs tmpfs rw
52 22 0:60 / /mnt/with\\040space rw,nodev master:3 - cifs //nas/share rw,username=admin,password=hunter2,vers=3.0
`;

describe("mountinfo", () => {
  const mounts = parseMountInfo(talos);

  test.each([
    { path: "/", on: "/", readOnly: true, propagation: "shared", volatile: false },
    { path: "/etc/cni/net.d", on: "/etc/cni", readOnly: false, propagation: "shared", volatile: true },
    { path: "/etc/cni2", on: "/", readOnly: true, propagation: "shared", volatile: false },
    { path: "/opt/cni/bin", on: "/opt", readOnly: false, propagation: "private", volatile: false },
    {
      path: "/etc/kubernetes",
      on: "/etc/kubernetes",
      readOnly: false,
      propagation: "private",
      volatile: true,
    },
    {
      path: "/mnt/with space/x",
      on: "/mnt/with space",
      readOnly: false,
      propagation: "slave",
      volatile: false,
    },
  ] as const)("$path is on $on", ({ path, on, readOnly, propagation, volatile }) => {
    expect(mountOf(path, mounts)).toMatchObject({ path: on, readOnly, propagation });
    expect(isVolatile(path, mounts)).toBe(volatile);
  });

  test("the mounts of single pods are left out, and no password is told", () => {
    const kept = mountsThatMatter(mounts);
    expect(kept.map(({ path }) => path)).toEqual([
      "/",
      "/etc/cni",
      "/etc/kubernetes",
      "/mnt/with space",
      "/opt",
      "/run",
      "/var",
    ]);
    expect(JSON.stringify(mounts)).not.toMatch(/hunter2|admin/);
  });

  test("what is mounted over is not what counts", () => {
    const over = parseMountInfo(`1 0 8:1 / / rw - ext4 /dev/sda rw
2 1 8:2 / /opt ro - ext4 /dev/sdb rw
3 2 0:9 / /opt rw shared:1 - tmpfs tmpfs rw
`);
    expect(mountOf("/opt/cni", over)).toMatchObject({ filesystem: "tmpfs", readOnly: false });
    expect(mountsThatMatter(over)).toHaveLength(2);
  });

  test.each([
    { propagation: "shared-slave" as const, tags: "shared:1 master:2" },
    { propagation: "unbindable" as const, tags: "unbindable" },
    { propagation: "slave" as const, tags: "master:2 propagate_from:1" },
  ])("$tags is $propagation", ({ propagation, tags }) => {
    expect(parseMountInfo(`1 0 8:1 / /x rw ${tags} - ext4 /dev/sda rw`)).toMatchObject([{ propagation }]);
  });
});

test("the first process's mounts are the host's; without any the fact is unknown", () => {
  using recorded = machineOf({
    "/proc/1/mountinfo": talos,
    "/proc/self/mountinfo": "1 0 0:1 / /other rw - tmpfs tmpfs rw\n",
  });
  expect(readAllMounts(recorded.machine)[0]).toMatchObject({ path: "/", filesystem: "squashfs" });
  using empty = machineOf({});
  expect(() => readAllMounts(empty.machine)).toThrow("there is no /proc/1/mountinfo");
});
