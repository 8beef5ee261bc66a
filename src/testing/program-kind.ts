/** A program as a process of the world: its state is a {@link Life}, which can be neither copied nor written down. */
import type { KvReply, WatchResponse } from "../../models/etcd-api.ts";
import {
  NO_CLAIMS,
  type Claim,
  type Departure,
  type ProcessCode,
  type ProcessKind,
  type ProcessPorts,
  type ProcessView,
} from "../simulation/process.ts";
import type { ProcessSetup } from "../simulation/scenario.ts";
import type { ProcessMaker, ProcessMakers } from "../simulation/setup.ts";
import { Life } from "./life.ts";
import type { Program, Programs } from "./program.ts";
import { catching, working } from "./program-fault.ts";
import { drain } from "./turn.ts";

/** What a scenario calls such a process. */
export const PROGRAM = "program";

const PURPOSES = ["get", "list", "put", "delete", "txn", "grant", "keepAlive", "revoke", "timeToLive"];

/** The makers of a scenario's programs. Throws a RangeError where a process has none. */
export function makersOf(programs: Programs): ProcessMakers {
  const maker: ProcessMaker = (setup) => new ProgramKind(setup, programOf(programs, setup.name));
  return { [PROGRAM]: maker };
}

function programOf(programs: Programs, name: string): Program {
  const program = typeof programs === "function" ? programs : programs[name];
  if (typeof program === "function") return program;
  throw new RangeError(
    `the process ${name} has no program: give one function for all of them, or { ${JSON.stringify(name)}: async (ctx) => … }`,
  );
}

class ProgramKind implements ProcessKind<Life> {
  readonly state = "opaque";
  readonly purposes = PURPOSES;
  readonly role = PROGRAM;
  readonly #name: string;
  readonly #program: Program;
  readonly #seed: number;

  constructor({ name, settings }: ProcessSetup, program: Program) {
    this.#name = name;
    this.#program = program;
    this.#seed = Number(settings?.["seed"] ?? 0);
  }

  connect(ports: ProcessPorts): ProcessCode<Life> {
    return new ProgramCode(this.#name, this.#program, this.#seed, ports);
  }

  claims({ claims }: Life): readonly Claim[] {
    return claims.size === 0 ? NO_CLAIMS : [...claims.values()];
  }

  departure({ departure }: Life): Departure | undefined {
    return departure;
  }

  awaits(): boolean {
    return true;
  }

  awaitsConfirmation(life: Life, watchId: number): boolean {
    return life.awaitsConfirmation(watchId);
  }

  view({ claims }: Life): ProcessView {
    const phase = claims.size === 0 ? "running" : [...claims.keys()].join(" + ");
    return { phase, paths: [phase], serverId: 0, leaseId: "0", token: 0 };
  }

  keys(): Readonly<Record<string, string>> {
    return {};
  }

  copy(): never {
    throw new TypeError("a life cannot be copied");
  }

  write(): never {
    throw new TypeError("a life cannot be written down");
  }

  read(): never {
    throw new TypeError("a life cannot be read back");
  }
}

class ProgramCode implements ProcessCode<Life> {
  readonly #name: string;
  readonly #program: Program;
  readonly #seed: number;
  readonly #ports: ProcessPorts;
  #lives = 0;

  constructor(name: string, program: Program, seed: number, ports: ProcessPorts) {
    this.#name = name;
    this.#program = program;
    this.#seed = seed;
    this.#ports = ports;
  }

  begin(): Life {
    const random = chance(this.#seed + 7919 * ++this.#lives);
    const life = new Life(this.#name, this.#ports, random, this.#program);
    this.#let(life, () => life.begin(this.#program));
    return life;
  }

  stop(life: Life): void {
    this.#let(life, () => life.stop());
  }

  onReply(life: Life, id: number, reply: KvReply): void {
    this.#let(life, () => life.onReply(id, reply));
  }

  onWatch(life: Life, response: WatchResponse): void {
    this.#let(life, () => life.onWatch(response));
  }

  onWatchBroken(life: Life, id: number): void {
    this.#let(life, () => life.onWatchBroken(id));
  }

  onTimer(life: Life, timer: string): void {
    this.#let(life, () => life.onTimer(timer));
  }

  onTask(): void {
    // A program arranges none.
  }

  /** Everything that follows at once is done before the world goes on. */
  #let(life: Life, act: () => void): void {
    const work = (): void => {
      catching(act)();
      drain();
    };
    const thrown = working(this.#name, work, life.surroundings);
    if (thrown.length > 0) life.die(thrown[0]);
  }
}

/** Mulberry32: small, and good enough for back-offs. */
function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
