/** Rows of numbers, each once, in the order in which they came, with the row that led to each: exact, and without an object a row. */

const FIRST_ROWS = 1 << 12;
/** The table of places is at most half full. */
const PLACES_A_ROW = 2;
const NONE = -1;

export class StateTable {
  readonly width: number;
  #rows: Int32Array;
  #parents: Int32Array;
  #places: Int32Array;
  #count = 0;

  constructor(width: number) {
    this.width = width;
    this.#rows = new Int32Array(FIRST_ROWS * width);
    this.#parents = new Int32Array(FIRST_ROWS);
    this.#places = new Int32Array(FIRST_ROWS * PLACES_A_ROW).fill(NONE);
  }

  get size(): number {
    return this.#count;
  }

  /** What the table takes now, bytes. */
  get bytes(): number {
    return this.#rows.byteLength + this.#parents.byteLength + this.#places.byteLength;
  }

  /** What it takes for a moment when the next row needs room, beside what it takes now; 0: there is room. */
  get growthBytes(): number {
    return this.#count < this.#parents.length ? 0 : 2 * this.bytes;
  }

  /** A view on a row; it is the table's own. */
  row(at: number): Int32Array {
    return this.#rows.subarray(at * this.width, (at + 1) * this.width);
  }

  /** The row that led to this one; -1: none did. */
  parent(at: number): number {
    return this.#parents[at] ?? NONE;
  }

  /** Where the row is; -1: it is not there. */
  find(row: ArrayLike<number>): number {
    const mask = this.#places.length - 1;
    for (let place = hashOf(row, this.width) & mask; ; place = (place + 1) & mask) {
      const at = this.#places[place] as number;
      if (at === NONE || this.#isRow(at, row)) return at;
    }
  }

  /** Adds a row that is not there. True: it was not. */
  add(row: ArrayLike<number>, parent: number): boolean {
    const { width } = this;
    const mask = this.#places.length - 1;
    let place = hashOf(row, width) & mask;
    for (;;) {
      const at = this.#places[place] as number;
      if (at === NONE) break;
      if (this.#isRow(at, row)) return false;
      place = (place + 1) & mask;
    }
    if (this.#count === this.#parents.length) {
      this.#grow();
      return this.add(row, parent);
    }
    this.#places[place] = this.#count;
    for (let at = 0; at < width; at++) this.#rows[this.#count * width + at] = row[at] as number;
    this.#parents[this.#count] = parent;
    this.#count += 1;
    return true;
  }

  #isRow(at: number, row: ArrayLike<number>): boolean {
    const from = at * this.width;
    for (let index = 0; index < this.width; index++)
      if (this.#rows[from + index] !== row[index]) return false;
    return true;
  }

  #grow(): void {
    const { width } = this;
    const rows = new Int32Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
    const parents = new Int32Array(2 * this.#parents.length);
    parents.set(this.#parents);
    this.#parents = parents;
    const places = new Int32Array(2 * this.#places.length).fill(NONE);
    const mask = places.length - 1;
    for (let at = 0; at < this.#count; at++) {
      let place = hashOf(this.row(at), width) & mask;
      while (places[place] !== NONE) place = (place + 1) & mask;
      places[place] = at;
    }
    this.#places = places;
  }
}

/** FNV-1a over the numbers, then mixed. */
function hashOf(row: ArrayLike<number>, width: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < width; at++) {
    hash = Math.imul(hash ^ (row[at] as number), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}
