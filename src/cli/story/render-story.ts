/**
 * What happened, lane by lane, in words: turns observations into entries that a timeline can draw. Routine (renewals,
 * writes that went through) is counted, not told. Pure.
 */
import type { Observation } from "../../../models/observation.ts";
import { messageText } from "../../scenario-file/fault-syntax.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import type { Fault } from "../../simulation/fault.ts";
import { leaseEnd, leaseOf, type Recording } from "../../trace/recording.ts";

/** How a coordinator stands. `activating`: it holds the role and does not serve yet. */
export type LaneState = "down" | "joining" | "standby" | "activating" | "active" | "leaving" | "paused";

/** How much a line matters to a reader's eye. */
export type Tone = "plain" | "good" | "bad" | "quiet";

/** Something to be told in one lane; lane -1 is etcd. `state`: how the lane stands from now on. */
export interface Entry {
  readonly at: number;
  readonly lane: number;
  readonly text: string;
  readonly tone: Tone;
  readonly state?: LaneState;
  /** Not told but counted under this word. */
  readonly routine?: boolean;
}

export const ETCD_LANE = -1;

/** HA is off and somebody else holds the role. */
const TAKEN = "role taken: tries again";
/** What a lane said last when it only tries once more. */
const RETRIED: ReadonlySet<string> = new Set(["campaigns", TAKEN]);

/** The story of the run, in order of time. */
export function tellStory(recording: Recording): Entry[] {
  const teller = new Teller(recording);
  for (const observation of recording.observations) teller.hear(observation);
  for (const { at, node } of recording.refusedWrites) {
    teller.entries.push({
      at,
      lane: ETCD_LANE,
      text: `write of ${teller.name(node)} refused: its token is outdated`,
      tone: "good",
    });
  }
  // Claims that ran out in silence and refused writes are known late; a stable sort puts them where they belong.
  return teller.entries.sort((left, right) => left.at - right.at);
}

/** `rootcoord-1` of `by-dev/meta/session/rootcoord-1`. */
export function shortKey(key: string): string {
  return key.replace(/^.*\/(?:session\/)?/u, "");
}

/** Faults during which etcd answers nobody; its lane has a bar then. */
const OUTAGES: ReadonlySet<string> = new Set(["leaderChange", "stall", "etcdRestart"]);

/** Whose session it is, by the server id in it. */
function holderText(value: string): string {
  const id = /"ServerID":(\d+)/u.exec(value)?.[1];
  return id === undefined ? "" : ` = id ${id}`;
}

class Teller {
  readonly entries: Entry[] = [];
  readonly #recording: Recording;
  readonly #state: LaneState[];
  readonly #lives: number[];
  readonly #claims: (number | undefined)[];
  #deletion: { revision: number; keys: string[]; at: number } | undefined;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#state = recording.scenario.coordinators.map(() => "down");
    this.#lives = recording.scenario.coordinators.map(() => 0);
    this.#claims = recording.scenario.coordinators.map(() => undefined);
  }

  name(node: number): string {
    return this.#recording.scenario.coordinators[node]?.name ?? "etcd";
  }

  hear(observation: Observation): void {
    switch (observation.type) {
      case "started": {
        const life = (this.#lives[observation.node] = (this.#lives[observation.node] ?? 0) + 1);
        this.#enter(observation, life === 1 ? "starts" : "starts again", "joining");
        return;
      }
      case "ended":
        this.#enter(
          observation,
          observation.cause === "crash" ? this.#leaseLeft(observation) : "",
          "down",
          observation.cause === "crash" ? "bad" : "plain",
        );
        return;
      case "milestone":
        this.#milestone(observation);
        return;
      case "claim":
        this.#claims[observation.node] = observation.until;
        return;
      case "claimEnded":
        this.#claimEnded(observation.node, observation.at);
        return;
      case "change":
        this.#change(observation);
        return;
      case "written":
        this.#written(observation);
        return;
      case "request":
        if (observation.purpose === "renew") this.#routine(observation, "renewal");
        else if (observation.purpose === "campaign" && this.#state[observation.node] === "standby")
          this.#routine(observation, "check");
        return;
      case "message": {
        const { at, fate, leg, node, purpose, until } = observation;
        const late = `late: arrives at ${instant(until)}`;
        const text = `${messageText(leg, purpose)} ${fate === "late" ? late : fate === "lost" ? "lost on its way" : "arrives twice"}`;
        this.#say(at, node, text, "bad");
        return;
      }
      case "fault":
        this.#fault(observation.at, observation.index, observation.node, observation.phase);
        return;
      case "end":
        for (const node of this.#claims.keys()) this.#claimEnded(node, observation.at);
        return;
    }
  }

  /** What the dead leave behind. */
  #leaseLeft({ at, node }: { at: number; node: number }): string {
    const endsAt = leaseEnd(this.#recording, leaseOf(this.#recording, node, at), at);
    return endsAt === undefined || endsAt <= at
      ? "dead"
      : `its lease: ${((endsAt - at) / 1000).toFixed(1)} s left`;
  }

  #milestone(observation: Extract<Observation, { type: "milestone" }>): void {
    const { loadedRevision, milestone, reason, role, roleRevision, serverId, token } = observation;
    const { ttlSeconds } = this.#recording.scenario;
    switch (milestone) {
      case "starting":
        if (this.#state[observation.node] !== "joining")
          this.#enter(observation, "registers anew", "joining");
        return;
      case "identified":
        this.#enter(observation, `server id ${serverId}`, "joining");
        return;
      case "registered":
        this.#enter(observation, `key ${role}-${serverId}, lease ${ttlSeconds} s`);
        return;
      case "standby":
        return;
      case "campaigning":
        // The first is told, a row of them is counted.
        this.#state[observation.node] = "joining";
        if (RETRIED.has(this.#lastText(observation.node) ?? "")) this.#routine(observation, "attempt");
        else this.#enter(observation, "campaigns", "joining");
        return;
      case "outrun":
        if (this.#lastText(observation.node) !== TAKEN) this.#enter(observation, TAKEN, "joining");
        return;
      case "watching":
        this.#enter(observation, `STANDBY: watches from rev ${roleRevision + 1}`, "standby");
        return;
      case "vacancy":
        this.#enter(observation, `sees ${role} deleted`, "joining");
        return;
      case "won":
        this.#enter(observation, `WON: fencing token ${token}`, "activating");
        return;
      case "prepare":
        this.#enter(
          observation,
          loadedRevision > 0 ? `metadata loaded: rev ${loadedRevision}` : "metadata loaded: none yet",
        );
        return;
      case "active":
        this.#enter(observation, "ACTIVE: serves", "active", "good");
        return;
      case "deposed":
        return;
      case "lost":
        this.#enter(observation, `out: ${reason ?? "lost"}`, "leaving", "bad");
        return;
      case "stopping":
        this.#enter(observation, "stops: gives its lease back", "leaving");
        return;
      case "stopped":
        this.#enter(observation, "stopped");
        return;
      case "exited":
        this.#enter(observation, "leaves the process");
        return;
      case "gaveUp":
        this.#enter(observation, "gives up", "leaving", "bad");
        return;
    }
  }

  /** A claim that ran out while its holder could not say so ended all the same. */
  #claimEnded(node: number, at: number): void {
    const until = this.#claims[node];
    this.#claims[node] = undefined;
    if (until !== undefined && until < at) {
      this.#say(until, node, "its claim ends by its own clock: may serve no more", "bad");
    }
  }

  #change({ at, cause, event, node }: Extract<Observation, { type: "change" }>): void {
    const { key, modRevision } = event.kv;
    if (event.type === "PUT") {
      if (key.includes("-meta/") && node >= 0 && this.#state[node] !== "active")
        this.#say(
          at,
          ETCD_LANE,
          `rev ${modRevision}: write of ${this.name(node)}, not active now, APPLIED`,
          "bad",
        );
      else if (key.includes("-meta/"))
        this.entries.push({ at, lane: ETCD_LANE, text: "write", tone: "quiet", routine: true });
      else if (key === "hammer")
        this.entries.push({ at, lane: ETCD_LANE, text: "other write", tone: "quiet", routine: true });
      else if (key.endsWith("/session/id"))
        this.#say(at, ETCD_LANE, `rev ${modRevision}: id counter ${event.kv.value}`, "quiet");
      else
        this.#say(
          at,
          ETCD_LANE,
          `rev ${modRevision}: + ${shortKey(key)}${holderText(event.kv.value)}`,
          "plain",
        );
      return;
    }
    if (this.#deletion?.revision === modRevision) {
      this.#deletion.keys.push(shortKey(key));
      this.entries.pop();
    } else this.#deletion = { revision: modRevision, keys: [shortKey(key)], at };
    const why =
      cause === "expiry"
        ? "lease expired"
        : cause === "revoke"
          ? "lease revoked"
          : `by ${node < 0 ? "an operator" : this.name(node)}`;
    this.#say(at, ETCD_LANE, `rev ${modRevision}: - ${this.#deletion.keys.join(", ")} (${why})`, "bad");
  }

  #written({ at, node, outcome }: Extract<Observation, { type: "written" }>): void {
    if (outcome === "applied") return;
    const text = {
      superseded: "its write was refused: not its role any more",
      refused: "write refused by etcd",
      unknown: "write unanswered: may have happened",
    };
    this.#say(at, node, text[outcome], outcome === "superseded" ? "bad" : "plain");
  }

  #fault(at: number, index: number, node: number, phase: "begins" | "ends"): void {
    const fault = this.#recording.scenario.faults[index];
    if (fault === undefined) return;
    const sleptInto = fault.type === "pause" && this.#state[node] === "down";
    const text = phase === "begins" ? faultBegins(fault) : sleptInto ? undefined : faultEnds(fault);
    if (text === undefined) return;
    const entry: Entry = {
      at,
      lane: node,
      text: phase === "begins" ? `✗ ${text}` : text,
      tone: phase === "begins" ? "bad" : "plain",
    };
    if (OUTAGES.has(fault.type))
      this.entries.push({ ...entry, state: phase === "begins" ? "paused" : "down" });
    else if (fault.type !== "pause" || this.#state[node] === "down") this.entries.push(entry);
    else if (phase === "begins") this.entries.push({ ...entry, state: "paused" });
    else this.entries.push({ ...entry, state: this.#state[node] ?? "down" });
  }

  #enter(
    { at, node }: { at: number; node: number },
    text: string,
    state?: LaneState,
    tone: Tone = "plain",
  ): void {
    if (state !== undefined) this.#state[node] = state;
    this.entries.push({ at, lane: node, text, tone, ...(state === undefined ? {} : { state }) });
  }

  #say(at: number, lane: number, text: string, tone: Tone): void {
    this.entries.push({ at, lane, text, tone });
  }

  #routine({ at, node }: { at: number; node: number }, text: string): void {
    this.entries.push({ at, lane: node, text, tone: "quiet", routine: true });
  }

  #lastText(node: number): string | undefined {
    return this.entries.findLast(({ lane, routine }) => lane === node && routine !== true)?.text;
  }
}

function faultBegins(fault: Fault): string {
  switch (fault.type) {
    case "crash":
      return "KILLED";
    case "stop":
      return "asked to stop";
    case "pause":
      return `stands still${fault.clockStops === true ? ", its clock too" : ""}`;
    case "drift":
      return `its clock runs ${percent(fault.rate)}`;
    case "clockStep":
      return `its clock jumps by ${writeDuration(fault.byMs)}`;
    case "partition":
      return {
        both: "cut off from etcd",
        toEtcd: "nothing it sends reaches etcd",
        fromEtcd: "hears nothing from etcd",
      }[fault.direction];
    case "lose":
      return `will lose ${counted(fault.count, messageText(fault.leg, fault.purpose))}`;
    case "delay":
      return `${counted(fault.count, messageText(fault.leg, fault.purpose))} will be ${writeDuration(fault.byMs)} late`;
    case "duplicate":
      return `${counted(fault.count, messageText("request", fault.purpose))} will arrive twice`;
    case "leaderChange":
      return "leader lost: elects another";
    case "strand":
      return `its leader loses touch, with ${fault.on}; the others elect another`;
    case "stall":
      return "stalls: answers nobody";
    case "etcdRestart":
      return "DOWN";
    case "compact":
      return "history compacted";
    case "deleteKey":
      return `an operator deletes the ${fault.key === "role" ? "active" : "session"} key of ${fault.on}`;
    case "hammer":
      return `others write every ${writeDuration(fault.everyMs)}`;
  }
}

/** Undefined: another observation tells it. */
function faultEnds(fault: Fault): string | undefined {
  switch (fault.type) {
    case "pause":
      return "wakes up";
    case "drift":
      return "its clock runs as before";
    case "partition":
      return "connected again";
    case "leaderChange":
      return "new leader: every lease starts anew";
    case "strand":
      return "the old leader is in touch again";
    case "stall":
      return "answers again";
    case "etcdRestart":
      return "up: elects a leader, leases start anew";
    case "hammer":
      return "the others are done";
    default:
      return undefined;
  }
}

function counted(count: number, what: string): string {
  return count === 1 ? `the next ${what}` : `the next ${count} of ${what}`;
}

function percent(rate: number): string {
  const off = Math.round(Math.abs(rate - 1) * 1000) / 10;
  return rate === 1 ? "true" : `${off} % too ${rate < 1 ? "slow" : "fast"}`;
}

/** `61.204 s`; trailing noughts are kept, so that instants stand below each other. */
export function instant(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
