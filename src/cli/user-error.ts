/**
 * What a user did or met that the command cannot go on from: one message with what, where, why and what to do, and the
 * exit code that goes with it. Everything else that is thrown is a bug of ours.
 */
import { EXIT, type ExitCode } from "./exit-codes.ts";

export interface Trouble {
  /** What is wrong, with the offending text. */
  readonly what: string;
  /** `file:line:column`, a flag, or nothing where there is no place. */
  readonly where?: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly exitCode?: ExitCode;
}

export class UserError extends Error {
  readonly exitCode: ExitCode;

  constructor({ exitCode = EXIT.usage, remedy, what, where }: Trouble) {
    super(`${where === undefined ? "" : `${where}: `}${what}\n  ${remedy}`);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

/** The names nearest to a mistyped one, for remedies; at most three. */
export function nearest(given: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance, name }) => distance <= Math.max(2, Math.floor(name.length / 3)) || name.includes(given))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
