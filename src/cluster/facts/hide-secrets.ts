// SPDX-License-Identifier: Apache-2.0

/** How names end whose value is nobody's business. */
const secretWord =
  "(?:password|passwd|passphrase|psk|secret|token|(?:private|client|api)[-_]?key|credentials?)";

/**
 * A key of JSON with its colon and the opening quote, the value, the closing quote, wherever they are: IPAM
 * plugins keep passwords in NADs. In the message of an event the JSON is quoted once more, so that its quotes
 * have backslashes: as many more of them, doubled, belong to the value.
 */
const secretPair = new RegExp(
  String.raw`((\\*)"[\w.-]*(?:${secretWord}|key-data)\2"\s*:\s*\2").*?(?:(?<!\\)(?:\2\2\\\\)*(\2")|$)`,
  "gis",
);

/** The password in a URL: proxies and data stores have them. */
const urlPassword = /(?<=:\/\/[^\s/:@"]*:)[^\s/@"]+(?=@)/g;

/** A JWT, and what follows `Bearer`. */
const bareTokens = /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|(?<=\bBearer\s+)[\w.~+/-]{8,}=*/gi;

const instead = "(hidden)";

/**
 * `text` without the values of JSON keys that name a secret, without bearer tokens and passwords of URLs;
 * everything else stays as it is, also where the text is no valid JSON.
 */
export function hideSecrets(text: string): string {
  return text
    .replaceAll(secretPair, `$1${instead}$3`)
    .replaceAll(bareTokens, instead)
    .replaceAll(urlPassword, instead);
}

const secretName = new RegExp(`(?:${secretWord}|datastore-endpoint)$`, "i");

/** Whether a name of an option or a variable says that its value is a secret; a path to one is none. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** A command line without the values of options that name a secret, `--token=x` and `--token x`. */
export function hideSecretArguments(words: readonly string[]): readonly string[] {
  return words.map((word, index) => {
    const before = words[index - 1] ?? "";
    if (before.startsWith("-") && isSecretName(before) && !word.startsWith("-")) return instead;
    const [option = "", ...value] = word.split("=");
    const isHidden = option.startsWith("-") && value.length > 0 && isSecretName(option);
    return isHidden ? `${option}=${instead}` : hideSecrets(word);
  });
}
