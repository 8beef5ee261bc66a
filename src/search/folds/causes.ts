/**
 * Whoever ends its membership does so for a cause. The property itself says whether there was one: its fold remembers as much of the
 * past as can matter to it, and lets it judge that when a membership ends.
 */
import { handoverAsked, keysFor } from "../../../models/dialect.ts";
import type { Observation } from "../../../models/observation.ts";
import { DEFAULT_CLOCK_RATE_TOLERANCE } from "../../../models/timing.ts";
import { noCauselessLoss } from "../../../properties/no-causeless-loss.ts";
import { effectsOf } from "../../simulation/effects.ts";
import { asksToStop, kindOf, type Fault } from "../../simulation/fault.ts";
import { timingOf, type Scenario } from "../../simulation/scenario.ts";
import { BROKEN, type PromiseFold } from "../memory.ts";

type Of<Type> = Extract<Observation, { readonly type: Type }>;

/** Something that was seen so many ms ago. */
interface Past {
  readonly ageMs: number;
}

interface Deleted extends Past {
  readonly cause: Of<"change">["cause"];
}

/** What is remembered of one coordinator. */
interface OfNode {
  readonly isUp: boolean;
  /** Its membership's renewals, when each was sent. */
  readonly renewals: readonly Past[];
  /** Messages of its that did not simply arrive. */
  readonly mishaps: readonly (Past & Pick<Of<"message">, "purpose" | "fate">)[];
  /** Since when it has been loading or preparing. */
  readonly wonMsAgo: number | null;
  readonly holds: boolean;
  readonly mayStop: boolean;
  /** Its session key. */
  readonly session: { readonly key: string } | null;
  readonly sessionDeleted: Deleted | null;
  /** Whether it was somebody else who wrote its session last, and whether that asked it to leave. */
  readonly sessionPut: "own" | "foreign" | "asking";
  /** The active key, since it won it. */
  readonly roleDeleted: Deleted | null;
}

/** A fault that hindered, and is not long over. */
interface Hindrance {
  readonly index: number;
  readonly begunMsAgo: number;
  readonly endedMsAgo: number | null;
}

interface Remembered {
  readonly nodes: readonly OfNode[];
  readonly faults: readonly Hindrance[];
}

const STRANGER: OfNode = {
  isUp: false,
  renewals: [],
  mishaps: [],
  wonMsAgo: null,
  holds: false,
  mayStop: false,
  session: null,
  sessionDeleted: null,
  sessionPut: "own",
  roleDeleted: null,
};

/** Everything happened so long after the beginning of what the property is told. */
const NOW_MS = 1e7;
/** More than is lost in rounding. */
const SLACK_MS = 10;

export function causesFold(scenario: Scenario): PromiseFold<Remembered> {
  const { role } = keysFor(scenario.coordinators[0]?.role ?? "");
  const { claimMs } = timingOf(scenario, 0);
  const reachMs = claimMs / (1 + DEFAULT_CLOCK_RATE_TOLERANCE) + SLACK_MS;
  const hinders = (fault: Fault) => {
    const { cut, standsStill } = effectsOf(fault);
    return kindOf(fault).outage !== undefined || cut !== undefined || standsStill === true;
  };

  /** Nothing older than this can matter. */
  function reachOf({ nodes }: Remembered): number {
    return nodes.reduce((most, { roleDeleted, sessionDeleted, wonMsAgo }) => {
      const deletedMsAgo = Math.max(roleDeleted?.ageMs ?? 0, sessionDeleted?.ageMs ?? 0);
      return Math.max(most, reachMs + deletedMsAgo, wonMsAgo ?? 0);
    }, reachMs);
  }

  function cut(memory: Remembered): Remembered {
    const reach = reachOf(memory);
    return {
      nodes: memory.nodes.map((node) => ({
        ...node,
        renewals: node.renewals.filter(({ ageMs }) => ageMs <= reach),
        mishaps: node.mishaps.filter(
          ({ ageMs, purpose }) => ageMs <= reach && (purpose === "renew" || node.wonMsAgo !== null),
        ),
      })),
      faults: memory.faults.filter(({ endedMsAgo }) => endedMsAgo === null || endedMsAgo <= reach),
    };
  }

  function of(memory: Remembered, at: number, next: (node: OfNode) => OfNode): Remembered {
    return { ...memory, nodes: memory.nodes.map((node, place) => (place === at ? next(node) : node)) };
  }

  function change(memory: Remembered, { cause, event, node: by }: Of<"change">): Remembered {
    const { key, value } = event.kv;
    const deleted: Deleted = { ageMs: 0, cause };
    const own = (node: OfNode) => node.session?.key === key;
    if (event.type === "DELETE")
      return {
        ...memory,
        nodes: memory.nodes.map((node) => {
          // Later ones are of those who came after it.
          if (key === role)
            return node.holds && node.roleDeleted === null ? { ...node, roleDeleted: deleted } : node;
          return own(node) ? { ...node, sessionDeleted: deleted } : node;
        }),
      };
    const put = handoverAsked(value) ? "asking" : "foreign";
    return {
      ...memory,
      nodes: memory.nodes.map((node, at) => {
        // What the dead had sent is nobody's.
        if (at === by && node.isUp && key.startsWith(`${role}-`))
          return { ...node, session: { key }, sessionPut: "own", sessionDeleted: null };
        return own(node) ? { ...node, sessionPut: put } : node;
      }),
    };
  }

  /** Whether the property finds a cause for the end of this membership. */
  function explained({ faults, nodes }: Remembered, told: Of<"milestone">): boolean {
    const own = nodes[told.node] ?? STRANGER;
    const struck = faults.map(({ begunMsAgo, index }) => ({
      ...(scenario.faults[index] as Fault),
      atMs: NOW_MS - begunMsAgo,
    }));
    const judge = noCauselessLoss.judge({ ...scenario, faults: struck });
    const past: Observation[] = faults.flatMap(({ begunMsAgo, endedMsAgo }, index) => {
      const fault = struck[index] as Fault;
      const node = "on" in fault ? scenario.coordinators.findIndex(({ name }) => name === fault.on) : -1;
      const phase = (ageMs: number, which: "begins" | "ends"): Observation => ({
        type: "fault",
        at: NOW_MS - ageMs,
        node,
        index,
        kind: fault.type,
        phase: which,
      });
      return [phase(begunMsAgo, "begins"), ...(endedMsAgo === null ? [] : [phase(endedMsAgo, "ends")])];
    });
    const { node } = told;
    for (const { ageMs } of own.renewals)
      past.push({ type: "request", at: NOW_MS - ageMs, node, purpose: "renew" });
    for (const { ageMs, fate, purpose } of own.mishaps) {
      const at = NOW_MS - ageMs;
      past.push({ type: "message", at, node, leg: "request", purpose, fate, until: at });
    }
    const wonMsAgo = own.wonMsAgo ?? (own.roleDeleted?.ageMs ?? 0) + 1;
    past.push({ ...told, milestone: "won", reason: undefined, at: NOW_MS - wonMsAgo });
    const changed = (
      key: string,
      type: "PUT" | "DELETE",
      by: number,
      { ageMs, cause }: Deleted,
      value = "",
    ): Observation => ({
      type: "change",
      at: NOW_MS - ageMs,
      event: { type, kv: { key, value, createRevision: 0, modRevision: 0, version: 0, lease: "0" } },
      cause,
      node: by,
    });
    if (own.roleDeleted !== null) past.push(changed(role, "DELETE", -1, own.roleDeleted));
    const session = `${role}-${told.serverId}`;
    if (own.sessionDeleted !== null) past.push(changed(session, "DELETE", -1, own.sessionDeleted));
    const byHand: Deleted = { ageMs: 0, cause: "request" };
    if (own.sessionPut !== "own")
      past.push(changed(session, "PUT", -1, byHand, own.sessionPut === "asking" ? '"Stopping":true' : ""));
    for (const seen of past.sort((one, other) => one.at - other.at)) judge.observe(seen);
    return judge.observe({ ...told, at: NOW_MS }) === undefined;
  }

  function reach(memory: Remembered, told: Of<"milestone">): Remembered | typeof BROKEN {
    const { milestone, node } = told;
    switch (milestone) {
      case "won":
        return of(memory, node, (own) => ({ ...own, wonMsAgo: 0, holds: true, roleDeleted: null }));
      case "active":
        return of(memory, node, (own) => ({ ...own, wonMsAgo: null }));
      case "gaveUp":
        return of(memory, node, (own) => ({ ...own, mayStop: true }));
      case "stopping":
        return memory.nodes[node]?.mayStop === true ? memory : BROKEN;
      case "lost":
        if (!explained(memory, told)) return BROKEN;
        return of(memory, node, ({ isUp, mayStop, mishaps }) => ({ ...STRANGER, isUp, mayStop, mishaps }));
      default:
        return memory;
    }
  }

  function fault(memory: Remembered, { index, kind, node, phase }: Of<"fault">): Remembered {
    if (asksToStop(kind) && phase === "begins") return of(memory, node, (own) => ({ ...own, mayStop: true }));
    const struck = scenario.faults[index];
    if (struck === undefined || !hinders(struck)) return memory;
    const { faults } = memory;
    if (phase === "begins")
      return { ...memory, faults: [...faults, { index, begunMsAgo: 0, endedMsAgo: null }] };
    const ends = (one: Hindrance) => one.index === index && one.endedMsAgo === null;
    return { ...memory, faults: faults.map((one) => (ends(one) ? { ...one, endedMsAgo: 0 } : one)) };
  }

  function next(memory: Remembered, seen: Observation): Remembered | typeof BROKEN {
    switch (seen.type) {
      case "started":
      case "ended":
        return of(memory, seen.node, ({ mishaps }) => ({
          ...STRANGER,
          isUp: seen.type === "started",
          mishaps,
        }));
      case "request":
        if (seen.purpose !== "renew") return memory;
        return of(memory, seen.node, (own) => ({ ...own, renewals: [...own.renewals, { ageMs: 0 }] }));
      case "message": {
        const { fate, node, purpose } = seen;
        if (fate === "doubled" || (purpose !== "renew" && purpose !== "reload")) return memory;
        return of(memory, node, (own) => ({
          ...own,
          mishaps: [...own.mishaps, { ageMs: 0, fate, purpose }],
        }));
      }
      case "change":
        return change(memory, seen);
      case "fault":
        return fault(memory, seen);
      case "milestone":
        return reach(memory, seen);
      default:
        return memory;
    }
  }

  return {
    name: "no-causeless-takeover",
    reads: ["started", "ended", "fault", "message", "request", "change", "milestone"],
    begin: { nodes: scenario.coordinators.map(() => STRANGER), faults: [] },
    elapse: ({ faults, nodes }, byMs) =>
      cut({
        nodes: nodes.map((node) => aged(node, byMs)),
        faults: faults.map(({ begunMsAgo, endedMsAgo, index }) => ({
          index,
          begunMsAgo: begunMsAgo + byMs,
          endedMsAgo: endedMsAgo === null ? null : endedMsAgo + byMs,
        })),
      }),
    observe(memory, seen) {
      const to = next(memory, seen);
      return to === BROKEN ? BROKEN : cut(to);
    },
    // A session that nobody knows any more is nobody's.
    forget: (memory, isKnown) => ({
      ...memory,
      nodes: memory.nodes.map((node) =>
        node.session === null || isKnown(Number(node.session.key.slice(role.length + 1)))
          ? node
          : { ...node, session: null, sessionDeleted: null },
      ),
    }),
  };
}

function aged(node: OfNode, byMs: number): OfNode {
  const { mishaps, renewals, roleDeleted, sessionDeleted, wonMsAgo } = node;
  const older = <Of extends Past>(one: Of): Of => ({ ...one, ageMs: one.ageMs + byMs });
  return {
    ...node,
    renewals: renewals.map(older),
    mishaps: mishaps.map(older),
    wonMsAgo: wonMsAgo === null ? null : wonMsAgo + byMs,
    sessionDeleted: sessionDeleted === null ? null : older(sessionDeleted),
    roleDeleted: roleDeleted === null ? null : older(roleDeleted),
  };
}
