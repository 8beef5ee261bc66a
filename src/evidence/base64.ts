/** Base64 as etcdctl prints keys and values, to byte strings. */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Undefined: it is no base64. */
export function fromBase64(text: string): string | undefined {
  let bytes = "";
  let bits = 0;
  let held = 0;
  for (const character of text.replace(/=+$/u, "")) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return undefined;
    held = (held << 6) | digit;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return bytes;
}
