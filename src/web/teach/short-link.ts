/**
 * Links as short as the browser can make them: what stands behind `s=` in an address (version 1) is compressed and stands behind `z=`.
 * Links of version 1 are read as they are.
 */

/** A link that opens to more was not made here. */
const MOST_BYTES = 4_000_000;

/** The address with its part compressed; where that saves nothing, as it is. */
export async function shortLink(hash: string): Promise<string> {
  const [before = "", packed] = hash.split("&s=");
  if (packed === undefined) return hash;
  const short = await passed(linkBytesOf(packed), new CompressionStream("deflate-raw"));
  const text = `${before}&z=${linkTextOf(short)}`;
  return text.length < hash.length ? text : hash;
}

/** The address as it was before. What cannot be opened stays a part that cannot be read. */
export async function longLink(hash: string): Promise<string> {
  const [before = "", packed] = hash.split("&z=");
  if (packed === undefined) return hash;
  try {
    const long = await passed(linkBytesOf(packed), new DecompressionStream("deflate-raw"));
    return `${before}&s=${linkTextOf(long)}`;
  } catch {
    return `${before}&s=!`;
  }
}

async function passed(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const found: number[] = [];
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Uint8Array.from(found);
    if (found.length + value.length > MOST_BYTES) throw new RangeError("too long");
    for (const byte of value) found.push(byte);
  }
}

/** Base64 as addresses have it. */
export function linkTextOf(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}

export function linkBytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.codePointAt(0) ?? 0);
}
