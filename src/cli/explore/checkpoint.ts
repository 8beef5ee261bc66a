/** A folder from which an exploration goes on: what is explored, what has ended, and the states of what has not. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../version.ts";
import { makeFolders } from "../../trace/file-folders.ts";
import { tryFolder, writeText } from "../base/output-file.ts";
import { UserError } from "../base/user-error.ts";
import type { ExploreFlags } from "./flags.ts";
import { lockFolder } from "./lock.ts";
import { usual } from "./plan.ts";
import type { Explored, Keeping } from "./runner.ts";

/** The flags that say what is explored. */
export const BOUNDS = ["coordinators", "faults", "budget", "ttl", "grid", "variant", "writes"] as const;

/** What was asked for. */
export interface AskedSpaces {
  /** Promises that were named. */
  readonly names: readonly string[];
  readonly bounds: Pick<ExploreFlags, (typeof BOUNDS)[number]>;
}

const FORMAT = "leasehold-explore-checkpoint";
const SCHEMA_VERSION = 1;
const ANEW = "begin anew with --checkpoint";

/** What became of a space. */
export type KeptEnd = Omit<Explored, "space">;

/** Who knows what became of spaces before, and notes what becomes of them now. */
export interface Keeper {
  readonly folder: string;
  keepingOf(at: number): Keeping | undefined;
  /** Whether any of so many spaces has not ended. */
  goesOn(spaces: number): boolean;
  /** What became of that space; undefined: it has not ended. */
  endOf(at: number): KeptEnd | undefined;
  /** Notes what became of a space, if it is at its end. */
  note(at: number, explored: Explored): void;
  /** Others may have the folder. */
  release(): void;
}

export class Checkpoint implements Keeper {
  readonly folder: string;
  readonly asked: AskedSpaces;
  readonly release: () => void;

  private constructor(folder: string, asked: AskedSpaces, release: () => void) {
    this.folder = folder;
    this.asked = asked;
    this.release = release;
  }

  /** Throws a UserError where one stands there already, or nothing can be written. */
  static begin(folder: string, asked: AskedSpaces): Checkpoint {
    const file = manifestIn(folder);
    tryFolder(folder, "--checkpoint");
    makeFolders(folder);
    const release = lockFolder(folder, "--checkpoint");
    if (existsSync(file)) {
      release();
      throw new UserError({
        where: `--checkpoint ${folder}`,
        what: "a checkpoint stands there already",
        remedy: `go on from it with --resume ${folder}, or name another folder`,
      });
    }
    writeText(
      file,
      JSON.stringify({ format: FORMAT, schemaVersion: SCHEMA_VERSION, version: VERSION, ...asked }),
    );
    return new Checkpoint(folder, asked, release);
  }

  /** `given`: what was asked for beside it, which must be no other. Throws a UserError. */
  static resume(folder: string, given: AskedSpaces): Checkpoint {
    const asked = manifestOf(folder);
    const other = (where: string, what: string) =>
      new UserError({
        where,
        what: `the checkpoint in ${folder} is of ${what}`,
        remedy: `leave it out, or ${ANEW}`,
      });
    if (given.names.length > 0 && given.names.join() !== asked.names.join())
      throw other(given.names.join(" "), asked.names.length === 0 ? "every promise" : asked.names.join(", "));
    for (const flag of BOUNDS) {
      const [is, was] = [given.bounds[flag], asked.bounds[flag]];
      if (is !== undefined && is !== (was ?? usual(flag, asked.bounds)))
        throw other(`--${flag}`, was === undefined ? "what is usual" : String(was));
    }
    return new Checkpoint(folder, asked, lockFolder(folder, "--resume"));
  }

  keepingOf(at: number): Keeping {
    const file = this.#file(at, "state");
    return { file, resumes: existsSync(file) };
  }

  goesOn(spaces: number): boolean {
    return Array.from({ length: spaces }, (_, at) => this.#file(at, "json")).some(
      (file) => !existsSync(file),
    );
  }

  endOf(at: number): KeptEnd | undefined {
    const file = this.#file(at, "json");
    return existsSync(file) ? fromPlain(readFileSync(file, "utf8")) : undefined;
  }

  note(at: number, { end, space: _, ...rest }: Explored): void {
    if (end.type === "open" && end.promise === undefined) return;
    writeText(this.#file(at, "json"), toPlain({ end, ...rest }));
    rmSync(this.#file(at, "state"), { force: true });
  }

  #file(at: number, ending: string): string {
    return join(this.folder, `space-${String(at + 1).padStart(2, "0")}.${ending}`);
  }
}

function manifestIn(folder: string): string {
  return join(folder, "checkpoint.json");
}

function manifestOf(folder: string): AskedSpaces {
  const file = manifestIn(folder);
  const where = `--resume ${folder}`;
  let found: Partial<AskedSpaces & { format: string; schemaVersion: number; version: string }> | null;
  try {
    found = JSON.parse(readFileSync(file, "utf8")) as typeof found;
  } catch {
    found = null;
  }
  if (found?.format !== FORMAT || found.names === undefined || found.bounds === undefined)
    throw new UserError({
      where,
      what: "it is no checkpoint of leasehold explore",
      remedy: "name the folder that --checkpoint was given",
    });
  if (found.schemaVersion !== SCHEMA_VERSION || found.version !== VERSION)
    throw new UserError({
      where,
      what: `leasehold ${found.version ?? "of another time"} wrote it, and this is ${VERSION}`,
      remedy: `go on with that version, or ${ANEW}`,
    });
  return { names: found.names, bounds: found.bounds };
}

const NEVER = "never";
const SET = "set";

/** As JSON, which has neither sets nor infinity. */
export function toPlain(end: KeptEnd): string {
  return JSON.stringify(end, plain);
}

/** Back from {@link toPlain}. */
export function fromPlain(text: string): KeptEnd {
  return JSON.parse(text, revive) as KeptEnd;
}

function plain(_: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return NEVER;
  return value instanceof Set ? { [SET]: [...(value as Set<unknown>)] } : value;
}

function revive(_: string, value: unknown): unknown {
  if (value === NEVER) return Number.POSITIVE_INFINITY;
  const list =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[SET] : undefined;
  return Array.isArray(list) ? new Set<unknown>(list) : value;
}
