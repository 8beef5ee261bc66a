/**
 * Nobody keeps open what its state does not need, and nobody waits for what cannot come: a look into the world after each
 * instant of a run, where a trace and a log show only what was asked for.
 */
import type { Variant } from "../models/variant.ts";
import { CoordinatorKind } from "../src/simulation/coordinator-process.ts";
import { execute } from "../src/simulation/execute.ts";
import { nameOfNode, writeEventName } from "../src/simulation/names.ts";
import { decided } from "../src/simulation/scheduler.ts";
import { createSetup, type SimulationSetup } from "../src/simulation/setup.ts";
import { lifeOfClient, nodeOfClient, type SimulatedNode, type World } from "../src/simulation/world.ts";
import type { Case } from "./case.ts";
import { HOLDS } from "./property.ts";
import { leftoverKinds, type Leftover } from "./rerun-kinds.ts";
import type { RerunProperty } from "./rerun-property.ts";

/** States that wait on a watch, each on one of its own. */
const WATCHING = [
  "member.session.watched",
  "member.role.standby.watching",
  "member.role.holding.key.watched",
];

/** States that wait for an answer: what they have asked for. */
const ASKING = new Map(
  Object.entries({
    "allocating.reading": "readId",
    "allocating.claiming": "claimId",
    "granting.asking": "grant",
    "member.lease.held.renewing": "renew",
    "member.session.enrolling": "enroll",
    "member.role.standby.campaigning": "campaign",
    "member.role.standby.watching.checking": "campaign",
    "member.role.holding.key.watched.checking": "confirm",
    "member.role.holding.key.confirming": "confirm",
    "member.role.holding.service.activating.reloading": "reload",
    "losing.releasing": "revoke",
    "losing.yielding": "revoke",
    "stopping.revoking": "revoke",
    "stopping.granting": "grant",
  }),
);

/** States that wait for a timer of their own, by the last part of their names. */
const PAUSING = /(?:^|\.)(?:pausing|resting|retrying|outrun|stayingAway|watching\.waiting)$/u;

/** Adding instants costs in floating point. */
const NOISE_MS = 1e-3;

export const noLeftovers: RerunProperty<"no-leftovers", Leftover> = {
  name: "no-leftovers",
  guarantee:
    "A process has open just the watches, timers and requests that its state waits on, and what it waits for can come.",
  every: 20,
  kills: ["forgets-to-unwatch", "deaf-to-lease-gone", "deaf-to-own-key"],
  kinds: leftoverKinds,
  rerun(given: Case, variant: Variant) {
    const setup = createSetup(given.scenario, variant);
    let found: Leftover | undefined;
    let settledAt = 0;
    let latest: World | undefined;
    const look = (world: World): void => {
      found ??= leftover(world, setup, settledAt);
    };
    const { world } = execute(setup, {
      scheduler: decided(given.decisions),
      listeners: [
        {
          observe(seen) {
            if (seen.type === "milestone" && seen.milestone === "stopped") found ??= abandoned(latest, seen);
          },
          begins(begun) {
            latest = begun;
          },
          // What happened at one instant has settled once the next one begins.
          happens(_, now) {
            if (now.now > settledAt) look(now);
            settledAt = now.now;
          },
        },
      ],
      enough: () => found !== undefined,
    });
    look(world);
    return found === undefined
      ? HOLDS
      : { type: "violated", violation: { property: "no-leftovers", ...found } };
  },
};

function leftover(world: World, setup: SimulationSetup, at: number): Leftover | undefined {
  for (let place = 0; place < world.nodes.length; place++) {
    const node = world.nodes[place] as SimulatedNode;
    const kind = setup.processes[place]?.kind;
    if (node.status === "down" || !(kind instanceof CoordinatorKind)) continue;
    const { paths } = kind.view(node.state as Parameters<CoordinatorKind["view"]>[0]);
    const found = inProcess(node, paths, at);
    if (found !== undefined) return { ...found, at, nodes: [place] } as Leftover;
  }
  return atEtcd(world, setup, at);
}

function inProcess(
  node: SimulatedNode,
  paths: readonly string[],
  at: number,
): Pick<Leftover, "kind" | "facts"> | undefined {
  const { asks, belongs, needed, pauses } = needsOf(paths);
  if (node.watches.length !== needed)
    return { kind: "watches", facts: { open: node.watches.length, needed, state: paths } };
  for (const { timer } of node.timers)
    if (!belongs(timer)) return { kind: "timer", facts: { timer: writeEventName(timer), state: paths } };
  if (node.status !== "up") return undefined;
  const waits = [
    ...asks.filter((purpose) => !node.open.some((one) => one.purpose === purpose)),
    ...pauses
      .filter((state) => !node.timers.some(({ timer }) => stateOf(timer) === state))
      .map(() => "timer"),
  ];
  const [missing] = waits;
  if (missing !== undefined) return { kind: "waits-for-nothing", facts: { missing, state: paths } };
  const overdue = node.open.find(({ timeoutMs }) => timeoutMs < at - NOISE_MS);
  if (overdue === undefined) return undefined;
  return { kind: "request", facts: { purpose: overdue.purpose, overMs: at - overdue.timeoutMs } };
}

/** What a state of the chart may keep. */
interface Needs {
  /** How many watches are open in it. */
  readonly needed: number;
  /** Whether the timer is one of the states that it is in. */
  readonly belongs: (timer: string) => boolean;
  /** Requests whose answers are waited for, and states that wait for a timer. */
  readonly asks: readonly string[];
  readonly pauses: readonly string[];
}

const known = new WeakMap<readonly string[], Needs>();

/** By the paths of a state, which are one list for each state: the same few are asked for at every instant. */
function needsOf(paths: readonly string[]): Needs {
  const found = known.get(paths);
  if (found !== undefined) return found;
  const isIn = (state: string) => paths.some((path) => path === state || path.startsWith(`${state}.`));
  const timers = new Map<string, boolean>();
  const belongs = (timer: string) => {
    let own = timers.get(timer);
    if (own === undefined) {
      timers.set(timer, (own = isIn(stateOf(timer))));
    }
    return own;
  };
  const needs = {
    needed: WATCHING.filter(isIn).length,
    belongs,
    asks: paths.flatMap((path) => ASKING.get(path) ?? []),
    pauses: paths.filter((path) => PAUSING.test(path)),
  };
  known.set(paths, needs);
  return needs;
}

function stateOf(timer: string): string {
  return writeEventName(timer).split("@election.")[1] ?? "";
}

/** It says that it has nothing left at etcd, and a lease may be on its way to it. */
function abandoned(
  world: World | undefined,
  { at, node }: { at: number; node: number },
): Leftover | undefined {
  const asked = world?.nodes[node]?.open.some(({ purpose }) => purpose === "grant") === true;
  return asked ? { kind: "lease-abandoned", at, nodes: [node], facts: {} } : undefined;
}

/** A watch of a process that is gone. */
function atEtcd({ etcd, nodes }: World, setup: SimulationSetup, at: number): Leftover | undefined {
  for (const { client, key } of etcd.watchers.synced) {
    const place = nodeOfClient(client);
    const node = nodes[place];
    if (node === undefined || (node.status !== "down" && node.life === lifeOfClient(client))) continue;
    const owner = nameOfNode(setup.scenario, place);
    return { kind: "watch-of-the-dead", at, nodes: [place], facts: { key, owner } };
  }
  return undefined;
}
