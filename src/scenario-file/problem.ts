/** What is wrong with a scenario file: a place, what is there, and what to do. All problems of a file are told at once. */
export interface Problem {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  readonly what: string;
  readonly remedy: string;
}

/** A place inside the document, as keys and indices. `key`: the field's name itself is meant, not its value. */
export interface FileFinding {
  readonly path: readonly PropertyKey[];
  readonly key?: boolean;
  readonly what: string;
  readonly remedy: string;
}
