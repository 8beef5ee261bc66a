/**
 * Byte strings: text whose characters are bytes, as `models/etcd-api` uses for keys and values.
 */

/** UTF-8 bytes of `text`, one character each. ASCII text comes back unchanged. */
export function toBytes(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** The text whose UTF-8 bytes these are; bytes that are no UTF-8 become U+FFFD. */
export function fromBytes(bytes: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

/** The first text in `value` that is no byte string, for it has a character that is no byte; undefined: there is none. */
export function notBytes(value: unknown): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (typeof value === "string") return /^[\x00-\xff]*$/.test(value) ? undefined : value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const part of Object.values(value)) {
    const found = notBytes(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The end of the range of all keys that begin with `prefix`; `"\0"` (every key) where there is no such end. */
export function prefixEnd(prefix: string): string {
  for (let at = prefix.length - 1; at >= 0; at--) {
    const byte = prefix.charCodeAt(at);
    if (byte < 0xff) return prefix.slice(0, at) + String.fromCharCode(byte + 1);
  }
  return "\0";
}
