/** A recording of a served etcd as a history: etcd at each event as it is run again, its clients as far as their lines tell. */
import type { Etcd } from "../../models/etcd.ts";
import { NO_LEASE, type LeaseId } from "../../models/etcd-api.ts";
import type { Variant } from "../../models/variant.ts";
import { Reading } from "../reading/reading.ts";
import type { RecordedRun } from "../reading/run.ts";
import { ETCD } from "../simulation/names.ts";
import type { ProcessKind } from "../simulation/process.ts";
import { createSetup, type ProcessMakers } from "../simulation/setup.ts";
import { createWorld, type SimulatedNode, type World } from "../simulation/world.ts";
import { createNodeClock } from "../time/node-clock.ts";
import { Teller } from "../trace/words.ts";
import { History, type Frame } from "./history.ts";
import { ServedRerun } from "./served.ts";
import type { Survey } from "./survey.ts";

const guest = {
  role: "client",
  state: "opaque",
  purposes: [],
  claims: () => [],
  departure: () => undefined,
  awaits: () => false,
  keys: () => ({}),
} as const;

function notHere(): never {
  throw new TypeError("the clients of a served etcd are not in its recording");
}

/** A client can be looked at, and not be run. */
const KIND: ProcessKind = {
  ...guest,
  connect: () => ({
    begin: notHere,
    stop: notHere,
    onReply: notHere,
    onWatch: notHere,
    onWatchBroken: notHere,
    onTimer: notHere,
    onTask: notHere,
  }),
  view: notHere,
  copy: notHere,
  write: notHere,
  read: notHere,
};

const MAKERS: ProcessMakers = { client: () => KIND };

/** How a client stands after an event. */
interface Standing {
  readonly up: boolean;
  readonly lives: number;
  readonly lease: LeaseId;
}

const NOT_YET: Standing = { up: false, lives: 0, lease: NO_LEASE };

/** After an event: etcd, and each client by its place. */
interface Stand {
  readonly etcd: Etcd;
  readonly clients: readonly Standing[];
}

export class ServedHistory extends History {
  readonly #run: RecordedRun;
  /** After event n at n; the beginning at 0. */
  readonly #stands: readonly Stand[];

  constructor(run: RecordedRun, variant: Variant) {
    super(run.header, variant, MAKERS, surveyOf(run));
    this.#run = run;
    this.#stands = standsIn(run);
  }

  override frame(n: number): Frame {
    const stand = this.#stands[Math.max(0, n)];
    if (stand === undefined) throw new RangeError(`the run has no event ${n}`);
    const event = this.#run.events[n - 1];
    const told = event === undefined ? undefined : new Teller().tell(event);
    return { n: Math.max(0, n), world: this.#worldAt(stand, event?.at ?? 0, event?.own), event, told };
  }

  #worldAt({ clients, etcd }: Stand, at: number, own = at): World {
    const empty = createWorld(createSetup(this.header.scenario, this.variant, { makers: MAKERS }));
    return {
      ...empty,
      now: at,
      etcd,
      etcdClock: createNodeClock(own - at, 1),
      nodes: empty.nodes.map((node, place) => nodeOf(node, clients[place] ?? NOT_YET)),
    };
  }
}

function nodeOf({ client: _, ...node }: SimulatedNode, { lease, lives, up }: Standing): SimulatedNode {
  const phase = up ? "connected" : "ended";
  return {
    ...node,
    status: up ? "up" : "down",
    life: lives,
    view: { phase, paths: [phase], serverId: 0, leaseId: lease, token: 0 },
  };
}

function standsIn({ events, processes }: RecordedRun): Stand[] {
  const rerun = new ServedRerun();
  let clients: readonly Standing[] = processes.map(() => NOT_YET);
  const stands: Stand[] = [{ etcd: rerun.etcd, clients }];
  for (const event of events) {
    rerun.event(event);
    const place = processes.indexOf(event.node);
    if (event.node !== ETCD) clients = clients.with(place, after(clients[place] ?? NOT_YET, event));
    stands.push({ etcd: rerun.etcd, clients });
  }
  return stands;
}

function after(before: Standing, { cause, seen = [] }: RecordedRun["events"][number]): Standing {
  if (cause.type === "start") return { up: true, lives: before.lives + 1, lease: NO_LEASE };
  if (seen.some(({ type }) => type === "ended")) return { ...before, up: false };
  const granted = cause.type === "reply" && cause.reply.type === "ok" ? cause.reply.response : undefined;
  return granted?.type === "leaseGrant" ? { ...before, lease: granted.id } : before;
}

function surveyOf(run: RecordedRun): Survey {
  const { events, processes, untilMs } = run;
  return {
    events: events.length,
    endAt: untilMs,
    ended: "horizon",
    instants: events.map(({ at }) => at),
    places: events.map(({ node }) => processes.indexOf(node)),
    about: events.map(({ cause, node }) => processes.indexOf("from" in cause ? cause.from : node)),
    seen: new Reading(run).seen,
    broken: [],
    outside: new Map(),
    worlds: [],
  };
}
