// SPDX-License-Identifier: Apache-2.0

/**
 * What a runtime passes to the first plugin of a `.conflist`: the plugin's object with name and version of
 * the list. Throws a SyntaxError for what is no JSON.
 */
export function configForRuntime(conflist: string): string {
  const { cniVersion, name, plugins } = JSON.parse(conflist);
  return JSON.stringify({ cniVersion, name, ...plugins[0] });
}

/** The same configuration for networks side by side. */
export function attachedInParallel(config: string): string {
  return JSON.stringify({ ...JSON.parse(config), attach: "parallel" });
}
