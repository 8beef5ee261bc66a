/**
 * The turning points of a run: changes of role, faults, messages that did not simply arrive, keys that came or went, a
 * promise broken. What lies between is routine.
 */
import { ETCD } from "../simulation/names.ts";
import { sentenceOf } from "../trace/tell-verdict.ts";
import { shortKey } from "../trace/words.ts";
import { faultBegins, faultEnds, faultText, needsProcess } from "../simulation/fault-words.ts";
import { effectsOf } from "../simulation/effects.ts";
import { messageText } from "../simulation/faults/message.ts";
import { told, type Told } from "../words/told.ts";
import type { KeyChange } from "./keys.ts";
import type { Standing } from "../trace/standing.ts";
import type { Band, Lane } from "./lanes.ts";
import type { Message } from "./message.ts";
import { breachesOf, faultsOf, type RecordedRun } from "./run.ts";
import { countWhile } from "./sorted.ts";

export type TurnType = "role" | "fault" | "message" | "key" | "breach";

export interface Turn {
  readonly type: TurnType;
  readonly at: number;
  /** The event to which it belongs. */
  readonly n: number;
  /** In whose lane it stands; a breach concerns {@link nodes}. */
  readonly node: string;
  readonly text: Told;
  readonly nodes?: readonly string[];
  /** Of a change of role: it begins to serve, or serves no more. */
  readonly serving?: "begins" | "ends";
}

const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  down: "down",
  unknown: "nothing more is known of it",
  running: "runs",
  joining: "joins",
  standby: "standby",
  activating: "won the role",
  active: "ACTIVE",
  leaving: "leaves",
};

/** `bands`: the lane's, where it matters what was before. */
export function tellBand(band: Band, bands: readonly Band[]): Told {
  const { standing, token } = band;
  if (servingIn(band, bands) === "ends") return told("serves no more");
  return told(`${STANDING_WORDS[standing]}${token === undefined || token === 0 ? "" : `, token ${token}`}`);
}

/** Whether service begins with this band, or has ended with the one before. */
function servingIn(band: Band, bands: readonly Band[]): Turn["serving"] {
  if (band.standing === "active") return "begins";
  const before = bands[bands.indexOf(band) - 1];
  return band.standing === "leaving" && before?.standing === "active" ? "ends" : undefined;
}

/** In order of time; those of one event stand in the order in which it came to them. */
export function turnsOf(
  run: RecordedRun,
  lanes: readonly Lane[],
  messages: readonly Message[],
  changes: readonly KeyChange[],
): Turn[] {
  const blows = faultsOf(run).filter(({ fault }) => needsProcess(fault));
  const killed = new Set(blows.map(({ from, node }) => `${node} ${from}`));
  const turns: Turn[] = [
    ...faultTurns(run, lanes),
    ...lanes.flatMap((lane) => roleTurns(lane, killed)),
    ...messages.flatMap(messageTurn),
    ...keyTurns(changes),
    ...breachTurns(run),
  ];
  const late = ({ type }: Turn): number => (type === "breach" ? 1 : 0);
  return turns.sort((left, right) => left.at - right.at || late(left) - late(right) || left.n - right.n);
}

/** That a process is down needs no word where its killing is told. */
function roleTurns({ bands, name }: Lane, killed: ReadonlySet<string>): Turn[] {
  return bands
    .filter(({ from, standing }) => standing !== "down" || (from > 0 && !killed.has(`${name} ${from}`)))
    .map((band) => {
      const serving = servingIn(band, bands);
      const turn: Turn = { type: "role", at: band.from, n: band.n, node: name, text: tellBand(band, bands) };
      return serving === undefined ? turn : { ...turn, serving };
    });
}

function faultTurns(run: RecordedRun, lanes: readonly Lane[]): Turn[] {
  return faultsOf(run).flatMap(({ fault, from, n, node, others = [], to }): Turn[] => {
    const lane = needsProcess(fault) ? lanes.find(({ name }) => name === node) : undefined;
    const down = lane?.bands.findLast((band) => band.n < n)?.standing === "down";
    const text = down ? faultBegins(fault, true) : faultText(fault);
    const begin: Turn = { type: "fault", at: from, n, node, text: told(text) };
    if (to === undefined) return [begin];
    // Whoever runs when a pause ends need not be the process that it struck.
    const slept = lane?.pauses.some((pause) => pause.from <= from && to <= pause.to) === true;
    const end = faultEnds(fault, effectsOf(fault).standsStill === true && !slept, others);
    if (end === undefined) return [begin];
    return [begin, { type: "fault", at: to, n: lastEventAt(run, to), node, text: told(end) }];
  });
}

const TROUBLES = { late: "late", doubled: "arrives twice", refused: "refused" } as const;

function messageTurn({ at, fate, from, leg, n, to, trouble, what }: Message): Turn[] {
  if (fate !== "lost" && fate !== "cut off" && trouble === undefined) return [];
  const befell =
    trouble === undefined || (trouble === "late" && fate !== "arrived") ? fate : TROUBLES[trouble];
  const node = from === ETCD ? to : from;
  return [{ type: "message", at, n, node, text: told(`${messageText(leg, what)} ${befell}`) }];
}

const WHY: Readonly<Partial<Record<KeyChange["cause"], string>>> = {
  expiry: ", lease expired",
  revoke: ", lease revoked",
  restore: ", as restored",
};

/** Keys of leases; what the service writes about its collections is routine. */
function keyTurns(changes: readonly KeyChange[]): Turn[] {
  return changes.flatMap(({ at, cause, event, n }): Turn[] => {
    const { kv, prevKv, type } = event;
    const leased = kv.lease !== "0" || (prevKv !== undefined && prevKv.lease !== "0");
    if (!leased && (type === "PUT" || cause === "request")) return [];
    const why = WHY[cause] ?? "";
    const sign = type === "PUT" ? "+" : "−";
    return [
      {
        type: "key",
        at,
        n,
        node: ETCD,
        text: told(`${sign} ${shortKey(kv.key)} at revision ${kv.modRevision}${why}`),
      },
    ];
  });
}

function breachTurns(run: RecordedRun): Turn[] {
  return breachesOf(run).map((breach) => ({
    type: "breach",
    at: breach.at,
    n: lastEventAt(run, breach.at),
    node: breach.nodes[0] ?? ETCD,
    nodes: breach.nodes,
    text: told(`${breach.property} violated: ${sentenceOf(breach)}`),
  }));
}

/** The number of the last event at `at` or before; 0: there is none. */
export function lastEventAt({ events }: RecordedRun, at: number): number {
  return events[countWhile(events, (event) => event.at <= at) - 1]?.n ?? 0;
}
