/** Values by number: equal ones have the same, and a number is quick to compare and to keep. */

/** Values by a text that tells them apart. */
export class Numbered<Value> {
  readonly #values: Value[] = [];
  readonly #ids = new Map<string, number>();

  /** The number of the value that `text` stands for; `make` is asked where it has none yet. */
  id(text: string, make: () => Value): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#values.length);
    return this.#values.push(make()) - 1;
  }

  /** In the order of their numbers. */
  get all(): readonly Value[] {
    return this.#values;
  }

  /** The value of a number that {@link id} gave. */
  at(id: number): Value {
    const value = this.#values[id];
    if (value === undefined) throw new RangeError(`no value ${id}`);
    return value;
  }
}

/** Plain data by what it says. */
export class Interned<Value> {
  readonly #all = new Numbered<Value>();

  get all(): readonly Value[] {
    return this.#all.all;
  }

  id(value: Value): number {
    return this.#all.id(keyOf(value), () => value);
  }

  /** The value of a number that {@link id} gave. */
  at(id: number): Value {
    return this.#all.at(id);
  }
}

/** Text that two parts share only if they are the same: the numbers that JSON does not have stand in it as `null`, and are never ends. */
export function keyOf(part: unknown): string {
  return JSON.stringify(part);
}
