/**
 * A digest of a file's lines, to notice that one was changed, added or lost. Not a signature: whoever edits a trace on
 * purpose can mend it too. FNV-1a in two lanes, since the engine has no `crypto`.
 */

const PRIME = 0x01000193;

/** Feed it each line without its line break, in order. */
export class Digest {
  #left = 0x811c9dc5;
  #right = 0x050c5d1f;

  line(text: string): void {
    let left = this.#left;
    let right = this.#right;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      left = Math.imul(left ^ code, PRIME);
      right = Math.imul(right + code, 0x85ebca6b) ^ (right >>> 13);
    }
    this.#left = Math.imul(left ^ 10, PRIME);
    this.#right = Math.imul(right + 10, 0x85ebca6b) ^ (right >>> 13);
  }

  /** Sixteen hexadecimal digits. */
  text(): string {
    return hex(this.#left) + hex(this.#right);
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
