/**
 * The state of everyone at one instant, as plain data: what a chart draws and `replay --at` prints.
 */
import { nameOfNode, writeEventName } from "../simulation/names.ts";
import { variantNamed } from "../../models/variants.ts";
import type { Etcd, MemberStatus } from "../../models/etcd.ts";
import { treeCollect } from "../../models/store/tree.ts";
import type { Variant } from "../../models/variant.ts";
import { NO_LEASE, type Revision } from "../../models/etcd-api.ts";
import type { Purpose } from "../kv/kv.ts";
import { told, type Told } from "../words/told.ts";
import { createSetup, type SimulationSetup } from "../simulation/setup.ts";
import { decided } from "../simulation/scheduler.ts";
import { execute } from "../simulation/execute.ts";
import type { ProcessView } from "../simulation/process.ts";
import { viewOf, type Item, type World } from "../simulation/world.ts";
import { localNow, trueInstantOf } from "../time/node-clock.ts";
import { byNumber } from "../simulation/meant-decisions.ts";
import type { Delivery, TraceHeader, TraceVerdict } from "../trace/format.ts";
import { arrivalOf } from "../trace/meaning.ts";
import { TraceJudges } from "./monitors.ts";

export interface CoordinatorMoment {
  readonly name: string;
  readonly status: "down" | "up" | "paused";
  readonly phase: string;
  /** The chart's state, one path for each region. */
  readonly state: readonly string[];
  /** Where etcd has several: the member that it asks, from 1 on. */
  readonly member?: number;
  /** What its own clock shows, ms. */
  readonly own: number;
  readonly serverId: number;
  readonly lease: string;
  readonly token: Revision;
  /** True ms that it may still serve by its own clock; absent: it does not serve. */
  readonly claimLeftMs?: number;
  /** True ms that its lease still has at etcd; absent: there is no such lease. */
  readonly leaseLeftMs?: number;
  /** Armed timers and in how many true ms they fire. */
  readonly timers: readonly { readonly timer: string; readonly inMs: number }[];
}

export interface KeyMoment {
  readonly key: string;
  readonly value: string;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
  readonly version: number;
  readonly lease: string;
}

/** A message under way and in how many true ms it arrives. */
export interface MessageMoment {
  /** What kind of message it is and what for, in words. */
  readonly what: Told;
  /** What it is for; `watch`: it opens or closes a watch, or brings what one tells. */
  readonly purpose: Purpose;
  readonly node: string;
  readonly direction: "to etcd" | "from etcd";
  readonly inMs: number;
  /** What would become of it if it arrived now; absent: it would be taken. */
  readonly delivery?: Delivery;
}

/** How one of etcd's members stands. */
export interface MemberMoment {
  readonly leads: boolean;
  /** What of it is out of order. */
  readonly is: readonly (keyof MemberStatus)[];
  /** The newest revision that it has applied. */
  readonly revision: Revision;
}

/** Everyone's state at one instant of a run, in true milliseconds. */
export interface Moment {
  readonly at: number;
  readonly etcd: {
    readonly mode: string;
    readonly revision: Revision;
    readonly own: number;
    /** Where there are several: how each stands, the first one first. */
    readonly members?: readonly MemberMoment[];
  };
  readonly coordinators: readonly CoordinatorMoment[];
  readonly keys: readonly KeyMoment[];
  readonly messages: readonly MessageMoment[];
}

/** How things stand in a world. */
export function momentOf(world: World, setup: SimulationSetup): Moment {
  const { etcd, etcdClock, now } = world;
  const keys = treeCollect(etcd.store.keys, "", null, Number.POSITIVE_INFINITY, []);
  const leases = new Map(
    treeCollect(etcd.lessor.leases, "", null, Number.POSITIVE_INFINITY, []).map((lease) => [
      lease.id,
      // By a clock that stands nothing is counted: so much is left.
      etcdClock.rate === 0
        ? lease.expiresAtMs - localNow(etcdClock, now)
        : trueInstantOf(etcdClock, lease.expiresAtMs) - now,
    ]),
  );
  return {
    at: now,
    etcd: {
      mode: etcd.mode,
      revision: etcd.store.revision,
      own: localNow(etcdClock, now),
      ...(etcd.cluster === null ? {} : { members: membersOf(etcd, etcd.cluster) }),
    },
    coordinators: world.nodes.map((_, at) => coordinatorMoment(world, setup, at, leases)),
    keys: keys.map(({ createRevision, key, lease, modRevision, value, version }) => ({
      key,
      value,
      createRevision,
      modRevision,
      version,
      lease,
    })),
    messages: messagesUnderWay(world, setup),
  };
}

function membersOf({ mode, store }: Etcd, { leader, members }: NonNullable<Etcd["cluster"]>): MemberMoment[] {
  return members.map(({ behind, status }, at) => ({
    leads: mode === "serving" && leader === at + 1,
    is: (["down", "frozen", "cut", "lags"] as const).filter((ill) => status[ill]),
    revision: (behind ?? store).revision,
  }));
}

/** `1 cut off, 2 leads, 3`; how each member of etcd stands. */
export function tellMembers(members: readonly MemberMoment[]): Told {
  const words = { down: "down", frozen: "stands still", cut: "cut off", lags: "lags" };
  return told(
    members
      .map(({ is, leads }, at) =>
        [at + 1, ...(leads ? ["leads"] : []), ...is.map((ill) => words[ill])].join(" "),
      )
      .join(", "),
  );
}

const NEVER_LIVED: ProcessView = { phase: "ended", paths: [], serverId: 0, leaseId: NO_LEASE, token: 0 };

function coordinatorMoment(
  { nodes, now }: World,
  setup: SimulationSetup,
  at: number,
  leases: ReadonlyMap<string, number>,
): CoordinatorMoment {
  const node = nodes[at];
  if (node === undefined) throw new RangeError(`no process ${at}`);
  const { claims, clock, status, timers } = node;
  const { leaseId, paths, phase, serverId, token } = viewOf(node, setup, at) ?? NEVER_LIVED;
  const leaseLeftMs = leases.get(leaseId);
  return {
    name: nameOfNode(setup.scenario, at),
    status,
    phase: status === "down" ? "ended" : phase,
    state: status === "down" ? [] : paths,
    ...(node.client === undefined ? {} : { member: node.client.member }),
    own: localNow(clock, now),
    serverId,
    lease: leaseId,
    token,
    ...(claims[0] === undefined ? {} : { claimLeftMs: claims[0].until - now }),
    ...(leaseLeftMs === undefined ? {} : { leaseLeftMs }),
    timers: timers
      .map(({ dueLocalMs, timer }) => ({
        timer: writeEventName(timer),
        inMs: trueInstantOf(clock, dueLocalMs) - now,
      }))
      .sort((left, right) => left.inMs - right.inMs),
  };
}

function messagesUnderWay(world: World, setup: SimulationSetup): MessageMoment[] {
  const { instants, items } = world.timeline;
  const found = items.flatMap((item, at): MessageMoment[] => {
    const direction = directionOf(item);
    const delivery = direction === undefined ? undefined : arrivalOf(item, world, setup);
    if (direction === undefined || delivery === undefined) return [];
    const node = "node" in item ? nameOfNode(setup.scenario, item.node) : "";
    const purpose = "purpose" in item ? item.purpose : "watch";
    const what = told("purpose" in item ? `${item.type} ${item.purpose}` : item.type);
    const inMs = (instants[at] ?? world.now) - world.now;
    return [{ what, purpose, node, direction, inMs, ...(delivery === "taken" ? {} : { delivery }) }];
  });
  return found.sort((left, right) => left.inMs - right.inMs);
}

function directionOf({ type }: Item): MessageMoment["direction"] | undefined {
  if (type === "request" || type === "watch" || type === "unwatch") return "to etcd";
  return type === "reply" || type === "watchMessage" ? "from etcd" : undefined;
}

/** The moment at `atMs` of a trace's run, after everything up to then, and the properties violated so far. */
export function momentAt(
  header: TraceHeader,
  atMs: number,
  variant: Variant | undefined = variantNamed(header.variant),
): { readonly moment: Moment; readonly violated: readonly TraceVerdict[] } {
  if (variant === undefined) throw new RangeError(`no variant named ${header.variant}`);
  const setup = createSetup(header.scenario, variant);
  const judges = new TraceJudges(header.scenario, header.property);
  const scheduler = decided(byNumber(header.decisions));
  const { world } = execute(setup, { scheduler, listeners: [judges], untilMs: atMs });
  const violated = judges.verdicts(false).filter(({ verdict }) => verdict === "violated");
  return { moment: momentOf(world, setup), violated };
}
