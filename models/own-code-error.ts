/** Code of one's own did what it may not do: told as that, not as a bug of ours. */

/** What its message begins with: of an error's fields, that alone comes whole out of a worker. */
export const OWN_CODE = "code of your own: ";

export class OwnCodeError extends Error {
  override readonly name = "OwnCodeError";

  constructor(what: string) {
    super(`${OWN_CODE}${what}`);
  }
}

/** Somebody's own has a name that is known already. */
export class NameTakenError extends RangeError {
  constructor(what: string, name: string) {
    super(`${what} is called ${name} already`);
  }
}
