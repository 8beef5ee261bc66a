/** Remembered that are worked out once, when they are first asked for. */
export class Remembered<All extends object> {
  readonly #known: Partial<All> = {};

  part<Name extends keyof All>(name: Name, make: () => All[Name]): All[Name] {
    const known = this.#known[name];
    return known ?? (this.#known[name] = make());
  }

  /** It was worked out elsewhere. */
  keep<Name extends keyof All>(name: Name, made: All[Name]): void {
    this.#known[name] ??= made;
  }
}
