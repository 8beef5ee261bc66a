/**
 * Runs one case on both servers in lockstep and stops at the first difference.
 *
 * Watches make it asynchronous: a real server tells them in its own time. Before a command whose outcome would depend on
 * how far a watch has got, both sides are brought to a rest, by a *fence*: a watch from a compacted revision, which the
 * server cancels in the same pass of its loop that lets all watchers catch up, and after everything told before.
 */
import type { EtcdVersion } from "../../models/etcd.ts";
import type { KvRequest, ServerReply, WatchResponse } from "../../models/etcd-api.ts";
import { LEAST_BASE, place, type StoreCommand, type CommandPlace, type StreamMessage } from "./command.ts";
import { compareHeard, compareReplies, originOf, type Mismatch } from "./compare.ts";
import { exclusionOf, type ExclusionName } from "./exclusions.ts";
import { SimulatedServer, type RealServer, type StepEtcd } from "./servers.ts";

export interface CommandDifference extends Mismatch {
  /** Which command showed it, from 0 on; as many as there are: the end of the case. */
  readonly at: number;
  /** The command as it was sent, if it was one. */
  readonly command: StoreCommand | undefined;
  readonly base: number;
}

/** What was done, over all cases. */
export interface Counts {
  cases: number;
  commands: number;
  events: number;
  /** By command and answer: `put ok`, `put NotFound: etcdserver: requested lease not found`. */
  readonly answers: Map<string, number>;
  readonly excluded: Map<ExclusionName, number>;
}

export function noCounts(): Counts {
  return { cases: 0, commands: 0, events: 0, answers: new Map(), excluded: new Map() };
}

export interface Pair {
  readonly real: RealServer;
  readonly version: EtcdVersion;
  /** Absent: the simulated etcd as it is. */
  readonly step?: StepEtcd;
}

/** The first difference; undefined: there is none. The real server's contents are wiped. */
export async function runCase(
  commands: readonly StoreCommand[],
  pair: Pair,
  counts: Counts,
): Promise<CommandDifference | undefined> {
  const run = await begin(pair, counts);
  counts.cases++;
  let at = 0;
  try {
    for (; at < commands.length; at++) {
      const command = place(commands[at] as StoreCommand, run.place);
      const excluded = exclusionOf(command);
      if (excluded !== undefined) {
        add(counts.excluded, excluded);
        continue;
      }
      const found = await run.step(command);
      if (found !== undefined) return { ...found, at, command, base: run.place.base };
    }
    const found = await run.end();
    return found && { ...found, at, command: undefined, base: run.place.base };
  } finally {
    pair.real.hangUp();
  }
}

/** Shorter leases could run out in the middle of a case: they are revoked at once. */
const LONG_ENOUGH_SECONDS = 100;
/** Ids of fences; no case uses them. */
const FENCE_IDS = 1_000_000;

/** Brings the real server to an empty store, and the simulated one to where it stands then. */
async function begin({ real, step, version }: Pair, counts: Counts): Promise<Run> {
  const leases = await wanted(real, { type: "leaseLeases" });
  if (leases.type === "leaseLeases")
    for (const id of leases.leases) await wanted(real, { type: "leaseRevoke", id });
  let { header } = await wanted(real, { type: "deleteRange", key: "\0", rangeEnd: "\0" });
  while (header.revision < LEAST_BASE) ({ header } = await wanted(real, { type: "put", key: "~" }));
  const simulated = new SimulatedServer(version, header.revision, step);
  const opening: readonly KvRequest[] = [
    { type: "put", key: "~" },
    { type: "deleteRange", key: "~" },
    { type: "compact", revision: header.revision + 2, physical: true },
  ];
  for (const request of opening) {
    await wanted(real, request);
    simulated.ask(request);
  }
  return new Run(real, simulated, header.revision + 2, counts);
}

async function wanted(real: RealServer, request: KvRequest) {
  const reply = await real.ask(request);
  if (reply.type === "ok") return reply.response;
  throw new Error(`etcd does not ${request.type}: ${reply.message}`);
}

class Run {
  place: CommandPlace;
  readonly #real: RealServer;
  readonly #simulated: SimulatedServer;
  readonly #counts: Counts;
  /** How many messages of each open stream have been compared. */
  readonly #compared = new Map<number, number>();
  #fences = 0;

  constructor(real: RealServer, simulated: SimulatedServer, base: number, counts: Counts) {
    this.#real = real;
    this.#simulated = simulated;
    this.place = { base, picked: "77" };
    this.#counts = counts;
  }

  step(command: StoreCommand): Promise<Mismatch | undefined> {
    this.#counts.commands++;
    return command.type === "ask" ? this.#ask(command.request) : this.#tell(command.stream, command.message);
  }

  /** Everything told so far is compared, and nothing else is on its way. */
  end(): Promise<Mismatch | undefined> {
    return this.#fence();
  }

  async #ask(request: KvRequest): Promise<Mismatch | undefined> {
    // A pass of the server's loop tells watchers the past; a change before or after it would be told differently.
    // Previous values are looked up when they are sent: not after a compaction took them away.
    const rests = request.type === "compact" || (changes(request) && this.#simulated.catchesUp);
    const told = rests ? await this.#rest() : undefined;
    if (told !== undefined) return told;
    const real = await this.#real.ask(request);
    const simulated = this.#simulated.ask(this.#withPickedId(request, real));
    add(
      this.#counts.answers,
      `${request.type} ${real.type === "ok" ? "ok" : `${real.code}: ${real.message}`}`,
    );
    const found = compareReplies(request, simulated, real);
    if (found !== undefined) return found;
    const isBrief = request.type === "leaseGrant" && request.ttlSeconds < LONG_ENOUGH_SECONDS;
    if (!isBrief || real.type === "error" || real.response.type !== "leaseGrant") return undefined;
    return this.#ask({ type: "leaseRevoke", id: real.response.id });
  }

  /** The simulated server is told to pick the id that the real one picked. */
  #withPickedId(request: KvRequest, real: ServerReply): KvRequest {
    if (request.type !== "leaseGrant" || (request.id ?? "0") !== "0") return request;
    if (real.type === "error" || real.response.type !== "leaseGrant") return request;
    const { id } = real.response;
    this.place = { ...this.place, picked: id };
    return { ...request, id };
  }

  async #tell(stream: number, message: StreamMessage): Promise<Mismatch | undefined> {
    // A canceled watch forgets what it was about to tell.
    const settled = message.type === "cancelWatch" ? await this.#rest() : undefined;
    if (settled !== undefined) return settled;
    add(this.#counts.answers, `${message.type} sent`);
    this.#send(stream, message);
    // What a watcher behind the present is told next comes with the server's next pass, not now.
    return this.#simulated.catchesUp ? undefined : this.#settle();
  }

  #rest(): Promise<Mismatch | undefined> {
    return this.#simulated.catchesUp ? this.#fence() : this.#settle();
  }

  #send(stream: number, message: StreamMessage): void {
    if (!this.#compared.has(stream)) this.#compared.set(stream, 0);
    this.#real.tell(stream, message);
    this.#simulated.tell(stream, message);
  }

  /** Both sides at rest: every watcher has caught up, and all that was told has arrived. */
  async #fence(): Promise<Mismatch | undefined> {
    const watchId = FENCE_IDS + this.#fences++;
    const streams = [...this.#compared.keys()];
    for (const stream of streams)
      this.#send(stream, { type: "watch", watchId, request: { key: "~", startRevision: 1 } });
    this.#simulated.catchUp();
    const found = await this.#settle();
    if (found !== undefined) return found;
    // A fence that stays would hold back answers about progress.
    for (const stream of streams) this.#send(stream, { type: "cancelWatch", watchId });
    return this.#settle();
  }

  /** Waits for what the simulated server has told, and compares it. */
  async #settle(): Promise<Mismatch | undefined> {
    for (const [stream, compared] of this.#compared) {
      const simulated = this.#simulated.heard(stream);
      await this.#real.untilHeard(stream, hasAsMany(simulated, compared));
      const real = this.#real.heard(stream);
      const found = compareHeard(simulated.slice(compared), real.slice(compared));
      if (found !== undefined) return { ...found, path: `stream ${stream}, ${found.path}` };
      for (const { events } of real.slice(compared)) this.#counts.events += events.length;
      this.#compared.set(stream, real.length);
    }
    return undefined;
  }
}

/** Whether each origin has told as many messages as here, from message `from` of the stream on. */
function hasAsMany(
  simulated: readonly WatchResponse[],
  from: number,
): (real: readonly WatchResponse[]) => boolean {
  const missing = countByOrigin(simulated, from);
  return (real) => {
    const come = countByOrigin(real, from);
    return [...missing].every(([origin, count]) => (come.get(origin) ?? 0) >= count);
  };
}

function countByOrigin(heard: readonly WatchResponse[], from: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = from; at < heard.length; at++) add(counts, originOf(heard[at] as WatchResponse));
  return counts;
}

function changes({ type }: KvRequest): boolean {
  switch (type) {
    case "put":
    case "deleteRange":
    case "txn":
    case "compact":
    case "leaseRevoke":
      return true;
    case "range":
    case "leaseGrant":
    case "leaseKeepAlive":
    case "leaseTimeToLive":
    case "leaseLeases":
      return false;
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
