/** A folder from which an exploration goes on: what is explored, what has ended, and the states of what has not. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolders } from "../../trace/file-folders.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import { tryFolder, writeText } from "../base/output-file.ts";
import { openSealed, sealed, type SealedWords } from "../base/sealed.ts";
import { UserError } from "../base/user-error.ts";
import type { ExploreFlags } from "./flags.ts";
import { lockFolder } from "../base/lock.ts";
import { usual } from "./plan.ts";
import { packedEnd, unpackedEnd, type KeptEnd } from "./kept-end.ts";
import type { Explored, Keeping } from "./runner.ts";

/** The flags that say what is explored. */
export const BOUNDS = ["coordinators", "faults", "budget", "ttl", "grid", "variant", "writes"] as const;

/** What was asked for. */
export interface AskedSpaces {
  /** Promises that were named. */
  readonly names: readonly string[];
  readonly bounds: Pick<ExploreFlags, (typeof BOUNDS)[number]>;
}

const ANEW = "begin anew with --checkpoint";

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
  readonly #code: string;

  private constructor(folder: string, { asked, code }: Manifest, release: () => void) {
    this.folder = folder;
    this.asked = asked;
    this.release = release;
    this.#code = code;
  }

  /** `code`: of this program and one's own modules. Throws a UserError where one stands there already, or nothing can be written. */
  static begin(folder: string, asked: AskedSpaces, code: string): Checkpoint {
    const file = manifestIn(folder);
    tryFolder(folder, "--checkpoint");
    makeFolders(folder);
    const release = lockFolder(folder, "--checkpoint");
    const manifest = { code, asked };
    try {
      if (existsSync(file))
        throw new UserError({
          where: `--checkpoint ${folder}`,
          what: "a checkpoint stands there already",
          remedy: `go on from it with --resume ${folder}, or name another folder`,
        });
      writeText(file, sealed(MANIFEST, manifest));
    } catch (error) {
      release();
      throw error;
    }
    return new Checkpoint(folder, manifest, release);
  }

  /** `given`: what was asked for beside it, which must be no other. Throws a UserError. */
  static resume(folder: string, given: AskedSpaces): Checkpoint {
    const manifest = manifestOf(folder);
    const { asked } = manifest;
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
        throw other(`--${flag}`, boundText(flag, was ?? usual(flag, asked.bounds)));
    }
    return new Checkpoint(folder, manifest, lockFolder(folder, "--resume"));
  }

  /** Throws a UserError where other code than this wrote it. `code`: of this program and the modules that the checkpoint's variant needs. */
  heldAgainst(code: string): void {
    if (code === this.#code) return;
    throw new UserError({
      where: `--resume ${this.folder}`,
      what: `leasehold ${this.#code} wrote it, and this is ${code}: the program or a module of your own is another one by now`,
      remedy: `go on with the code that wrote it, or ${ANEW}`,
    });
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
    if (!existsSync(file)) return undefined;
    const { end, ...of } = bodyOf(file, SPACE, SPACE_WORDS) as KeptSpace;
    if (JSON.stringify(of) !== JSON.stringify(this.#headOf(at)))
      throw new UserError({ where: file, what: "it is of another space", remedy: SPACE_WORDS.remedy });
    return unpackedEnd(end);
  }

  note(at: number, { end, space: _, ...rest }: Explored): void {
    if (end.type === "open" && end.promise === undefined) return;
    const kept: KeptSpace = { ...this.#headOf(at), end: packedEnd({ end, ...rest }) };
    writeText(this.#file(at, "json"), sealed(SPACE, kept));
    rmSync(this.#file(at, "state"), { force: true });
  }

  #headOf(at: number): Omit<KeptSpace, "end"> {
    return { code: this.#code, asked: this.asked, at };
  }

  #file(at: number, ending: string): string {
    return join(this.folder, `space-${String(at + 1).padStart(2, "0")}.${ending}`);
  }
}

/** A bound as its flag says it, or what there is where it is not given. */
function boundText(flag: (typeof BOUNDS)[number], value: string | number | boolean | undefined): string {
  if (flag === "ttl") return `--ttl ${String(value)}s`;
  if (flag === "grid") return `--grid ${writeDuration(Number(value))}`;
  if (flag === "writes") return value === true ? "--writes" : "coordinators that write nothing";
  if (value !== undefined) return `--${flag} ${String(value)}`;
  if (flag === "budget") return "nothing that may go wrong";
  return flag === "faults"
    ? "most kinds of faults, each in turn"
    : "two coordinators, and three for some faults";
}

function manifestIn(folder: string): string {
  return join(folder, "checkpoint.json");
}

/** What stands in a sealed file of the checkpoint. Throws a UserError for one that is cut, edited or something else. */
function bodyOf(file: string, what: string, words: SealedWords): object {
  const { body, format } = openSealed(file, words);
  if (format !== what)
    throw new UserError({ where: file, what: `it is not ${words.what}`, remedy: words.remedy });
  return body;
}

/** What was explored, and the code that did. */
interface Manifest {
  readonly code: string;
  readonly asked: AskedSpaces;
}

const MANIFEST = "explore-checkpoint";

function manifestOf(folder: string): Manifest {
  const file = manifestIn(folder);
  if (!existsSync(file))
    throw new UserError({
      where: `--resume ${folder}`,
      what: "it is no checkpoint of leasehold explore",
      remedy: "name the folder that --checkpoint was given",
    });
  return bodyOf(file, MANIFEST, { what: "a checkpoint of leasehold explore", remedy: ANEW }) as Manifest;
}

/** What became of one space, and of which exploration that is. */
interface KeptSpace extends Manifest {
  /** Its place. */
  readonly at: number;
  readonly end: unknown;
}

const SPACE = "explore-space";
const SPACE_WORDS = {
  what: "what became of a space",
  remedy: "remove it, and its space is begun anew",
};
