/**
 * When the active coordinator is gone, another serves within the bound. The fold has a timer for the role, and for each party the time
 * until it must be able to work again; `properties/takeovers.ts` counts the same with instants.
 */
import type { Observation } from "../../../models/observation.ts";
import { cleanTakeoverBoundMs, noticeBoundMs } from "../../../models/timing.ts";
import { Disturbances, ETCD_ITSELF, setbacksOf } from "../../../properties/disturbances.ts";
import { READ_FOR_TAKEOVERS, Takeovers, type VacancyCause } from "../../../properties/takeovers.ts";
import { effectsOf } from "../../simulation/effects.ts";
import { asksToStop, kindNamed } from "../../simulation/fault.ts";
import { environmentOf, timingOf, type Scenario } from "../../simulation/scenario.ts";
import { BROKEN, type PromiseFold } from "../memory.ts";

/** What is remembered of one coordinator, or of etcd. */
interface Party {
  readonly up: boolean;
  readonly leaving: boolean;
  readonly afflictions: number;
  /** In so long it must be able to work again; 0: it must be by now, or it does not matter. */
  readonly readyInMs: number;
  /** Until when its late messages arrive; {@link LONG_AGO}: they have. */
  readonly heardInMs: number;
  readonly setbacks: number;
  readonly mutes: number;
  /** Whether its watches were mute at any moment of the vacancy. */
  readonly wasMuted: boolean;
  /** How much longer it claims to serve; null: not at all. */
  readonly servesForMs: number | null;
}

interface Vacancy {
  readonly cause: VacancyCause;
  readonly former: number;
  readonly dueInMs: number;
  /** It began at this instant. */
  readonly isNew: boolean;
}

interface Remembered {
  readonly nodes: readonly Party[];
  readonly etcd: Party;
  readonly vacancy: Vacancy | null;
}

/** More than is lost in rounding where a clock runs fast or slow. */
const ROUNDING_MS = 1e-3;
const LONG_AGO = -1;
const NEWCOMER: Party = {
  up: false,
  leaving: false,
  afflictions: 0,
  readyInMs: 0,
  heardInMs: LONG_AGO,
  setbacks: 0,
  mutes: 0,
  wasMuted: false,
  servesForMs: null,
};

export function takeoversFold(scenario: Scenario): PromiseFold<Remembered> {
  const around = environmentOf(scenario);
  const bounds = new Takeovers(scenario);
  const costs = new Disturbances(scenario);
  /** No vacancy is due sooner after it began. */
  const leastMs = cleanTakeoverBoundMs(around);
  const startMs = bounds.boundMs({ cause: "start", former: -1 });

  const isSound = ({ afflictions, up }: Party) => up && afflictions === 0;

  /** In how long somebody must serve, as things stand; Infinity while nobody can. */
  function dueIn({ etcd, nodes }: Remembered, { dueInMs }: Vacancy): number {
    if (etcd.afflictions > 0) return Number.POSITIVE_INFINITY;
    const ofEach = nodes.flatMap((node, at) => {
      if (!isSound(node) || node.leaving || scenario.coordinators[at]?.activeStandby !== true) return [];
      const noticeMs = node.mutes > 0 || node.wasMuted ? noticeBoundMs(timingOf(scenario, at), around) : 0;
      return [Math.max(dueInMs, etcd.readyInMs, node.readyInMs) + noticeMs];
    });
    return Math.min(...ofEach);
  }

  /** Without what makes no difference. */
  function settled(memory: Remembered): Remembered {
    const least = Math.min(leastMs, memory.vacancy?.dueInMs ?? leastMs);
    const party = (one: Party): Party => ({
      ...one,
      readyInMs: one.readyInMs <= least + ROUNDING_MS || !one.up ? 0 : one.readyInMs,
      wasMuted: memory.vacancy !== null && one.wasMuted,
    });
    return { ...memory, nodes: memory.nodes.map(party), etcd: party(memory.etcd) };
  }

  function of(memory: Remembered, at: number, next: (party: Party) => Party): Remembered {
    if (at === ETCD_ITSELF) return { ...memory, etcd: next(memory.etcd) };
    return { ...memory, nodes: memory.nodes.map((node, place) => (place === at ? next(node) : node)) };
  }

  /** Its term of service ended, `sinceMs` from now. */
  function end(memory: Remembered, at: number, sinceMs: number): Remembered {
    const own = memory.nodes[at] ?? NEWCOMER;
    if (own.servesForMs === null) return memory;
    const left = of(memory, at, (node) => ({ ...node, servesForMs: null }));
    if (left.nodes.some(({ servesForMs }) => servesForMs !== null)) return left;
    const clean = isSound(own) && own.heardInMs < sinceMs;
    const cause = own.leaving && clean ? "stop" : "loss";
    const dueInMs = sinceMs + bounds.boundMs({ cause, former: at });
    return {
      ...left,
      nodes: left.nodes.map((node) => ({ ...node, wasMuted: false })),
      vacancy: { cause, former: at, dueInMs, isNew: sinceMs === 0 },
    };
  }

  function hold(memory: Remembered, seen: Observation, tailMs: number): Remembered {
    const { vacancy } = memory;
    if (vacancy === null) return memory;
    if (seen.type === "started" || (seen.type === "ended" && seen.cause === "exit")) return memory;
    if (seen.type === "ended" && seen.node === vacancy.former && vacancy.isNew) return memory;
    const untilMs = seen.type === "message" ? seen.until : 0;
    return { ...memory, vacancy: { ...vacancy, dueInMs: Math.max(vacancy.dueInMs, untilMs + tailMs) } };
  }

  /** What becomes of its party, but for the time that it is given. */
  function befall(party: Party, seen: Observation): Party {
    switch (seen.type) {
      case "started":
      case "ended":
        return { ...party, up: seen.type === "started", setbacks: 0 };
      case "message":
        return { ...party, heardInMs: Math.max(party.heardInMs, seen.until) };
      case "fault": {
        const begins = seen.phase === "begins";
        const by = begins ? 1 : -1;
        const fault = scenario.faults[seen.index];
        const mutes = fault !== undefined && effectsOf(fault).mutesWatches === true;
        const lasts = kindNamed(seen.kind)?.disturbs === "while it lasts";
        return {
          ...party,
          leaving: party.leaving || (begins && asksToStop(seen.kind)),
          mutes: party.mutes + (mutes ? by : 0),
          wasMuted: party.wasMuted || mutes,
          afflictions: party.afflictions + (lasts ? by : 0),
        };
      }
      case "milestone": {
        const setbacks = setbacksOf(party.setbacks, seen);
        return setbacks === party.setbacks ? party : { ...party, setbacks };
      }
      default:
        return party;
    }
  }

  /** The term of service that just ended did so because its process died. */
  function crashed({ vacancy, ...rest }: Remembered, at: number): Remembered {
    if (vacancy === null || vacancy.former !== at || !vacancy.isNew) return { ...rest, vacancy };
    const heardInMs = Math.max(0, rest.nodes[at]?.heardInMs ?? 0);
    const dueInMs = heardInMs + bounds.boundMs({ cause: "crash", former: at });
    return { ...rest, vacancy: { ...vacancy, cause: "crash", dueInMs } };
  }

  function disturb(memory: Remembered, seen: Observation): Remembered {
    const at = "node" in seen ? seen.node : ETCD_ITSELF;
    let to = of(memory, at, (party) => befall(party, seen));
    const cost = costs.costOf(seen, (to.nodes[at] ?? to.etcd).setbacks);
    if (cost !== undefined) {
      const readyInMs = cost.from + cost.tailMs;
      to = of(to, at, (party) => ({ ...party, readyInMs: Math.max(party.readyInMs, readyInMs) }));
    }
    if (seen.type === "ended") {
      if (seen.cause === "crash") to = crashed(to, at);
      to = of(to, at, (party) => ({ ...party, leaving: false }));
    }
    return cost === undefined ? to : hold(to, seen, cost.tailMs);
  }

  function next(memory: Remembered, seen: Observation): Remembered {
    if (seen.type === "claimEnded") return end(memory, seen.node, 0);
    if (seen.type !== "claim") return disturb(memory, seen);
    const { node, until } = seen;
    const begins = memory.nodes[node]?.servesForMs === null;
    // Over before it began.
    if (begins && until <= 0) return memory;
    const filled = begins ? { ...memory, vacancy: null } : memory;
    return of(filled, node, (own) => ({ ...own, servesForMs: until }));
  }

  /** Claims that ran out while their holders could not say so ended all the same. */
  function expired(memory: Remembered): Remembered {
    return memory.nodes.reduce(
      (to, { servesForMs }, at) => (servesForMs !== null && servesForMs < 0 ? end(to, at, servesForMs) : to),
      memory,
    );
  }

  function later(memory: Remembered, byMs: number): Remembered {
    const party = (one: Party): Party => ({
      ...one,
      readyInMs: Math.max(0, one.readyInMs - byMs),
      heardInMs: Math.max(LONG_AGO, one.heardInMs - byMs),
      servesForMs: one.servesForMs === null ? null : one.servesForMs - byMs,
    });
    const { etcd, nodes, vacancy } = memory;
    return {
      nodes: nodes.map(party),
      etcd: party(etcd),
      vacancy: vacancy === null ? null : { ...vacancy, isNew: false, dueInMs: vacancy.dueInMs - byMs },
    };
  }

  return {
    name: "bounded-takeover",
    reads: READ_FOR_TAKEOVERS,
    begin: settled({
      nodes: scenario.coordinators.map(() => NEWCOMER),
      etcd: { ...NEWCOMER, up: true },
      vacancy: { cause: "start", former: -1, dueInMs: startMs, isNew: true },
    }),
    elapse(memory, byMs) {
      const { vacancy } = memory;
      if (vacancy !== null && dueIn(memory, vacancy) < byMs) return BROKEN;
      return settled(expired(later(memory, byMs)));
    },
    observe: (memory, seen) => settled(next(memory, seen)),
  };
}
