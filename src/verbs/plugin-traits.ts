// SPDX-License-Identifier: Apache-2.0

interface PluginTraits {
  /**
   * Its attachment is a link of the kernel in the pod and a lease of its IPAM plugin, and nothing besides.
   */
  readonly isLinkAndLease?: true;
  /**
   * It makes its link in ADD, before it asks for an address, so that the link is ours to take away; a device
   * of the host is not.
   */
  readonly makesItsLink?: true;
  /** Without a namespace it answers DEL with success before it asks its IPAM plugin. */
  readonly skipsLease?: true;
}

/** What a DEL that fails, or succeeds too early, leaves behind: containernetworking/plugins 1.1, tried. */
const traits: Readonly<Record<string, PluginTraits>> = {
  bridge: { makesItsLink: true },
  "host-device": { isLinkAndLease: true, skipsLease: true },
  ipvlan: { isLinkAndLease: true, makesItsLink: true },
  macvlan: { isLinkAndLease: true, makesItsLink: true },
  ptp: { makesItsLink: true },
  vlan: { isLinkAndLease: true, makesItsLink: true },
};

/** The traits of a plugin; none of a plugin that we do not know. */
export function traitsOf(plugin: { readonly type: string }): PluginTraits {
  return (Object.hasOwn(traits, plugin.type) ? traits[plugin.type] : undefined) ?? {};
}
