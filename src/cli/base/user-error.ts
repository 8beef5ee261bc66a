/**
 * What a user did or met that the command cannot go on from: one message with what, where, why and what to do, and the
 * exit code that goes with it. Everything else that is thrown is a bug of ours.
 */
import { shown } from "../../words/shown.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

export interface Complaint {
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
  /** What it was made of: what can be sent to another thread, which knows no errors of one's own. */
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    const { exitCode = EXIT.usage, remedy, what, where } = complaint;
    // They quote files, flags, the environment and etcd: whatever a line break in there would pretend, a message is two lines.
    super(`${where === undefined ? "" : `${shown(where)}: `}${shown(what)}\n  ${shown(remedy)}`);
    this.name = "UserError";
    this.exitCode = exitCode;
    this.complaint = complaint;
  }
}

/** Runs `work`; gives what it refuses, as data, or undefined if nothing. */
export function complaintOf(work: () => void): Complaint | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.complaint;
    throw error;
  }
}
