/**
 * What happened, lane by lane, in words: turns observations into entries that a timeline can draw. Routine (renewals,
 * writes that went through) is counted, not told. Pure.
 */
import { keysFor } from "../../models/dialect.ts";
import type { Observation } from "../../models/observation.ts";
import { effectsOf } from "../simulation/effects.ts";
import { FAULT_KINDS, kindOf, ofKinds } from "../simulation/fault.ts";
import { InEffect } from "../simulation/in-effect.ts";
import { bringsBack, faultBegins, faultEnds, needsProcess } from "../simulation/fault-words.ts";
import { processesOf, ttlSecondsOf, type Scenario } from "../simulation/scenario.ts";
import { told } from "../words/told.ts";
import type { Standing } from "../trace/standing.ts";
import { leadsTo } from "./leads-to.ts";
import {
  ETCD_LANE,
  type Entry,
  type EntrySubject,
  type EntryTone,
  type LaneState,
  type Routine,
} from "./entry.ts";
import { tellTrouble } from "./troubles.ts";
import type { Led } from "./leaders.ts";
import type { RefusedWrite } from "./refused-writes.ts";
import { tellMilestone, type MilestoneSeen } from "./tell-milestone.ts";

/** What a story is told from. */
export interface StorySource {
  readonly scenario: Scenario;
  readonly observations: readonly Observation[];
  readonly refusedWrites: readonly RefusedWrite[];
  readonly leaders: readonly Led[];
  /** Told by logs: settings and causes that no line tells are not told either. */
  readonly byLogs: boolean;
  /** When the coordinator's lease would end at etcd as things stood at `at`; undefined: it had none. */
  leaseEnd(node: number, at: number): number | undefined;
}

/** The story of the run, in order of time. */
export function tellStory(observed: StorySource): Entry[] {
  const teller = new Teller(observed);
  for (const observation of observed.observations) teller.hear(observation);
  for (const { at, node } of observed.refusedWrites) {
    teller.entries.push({
      at,
      lane: ETCD_LANE,
      text: told(`write of ${teller.name(node)} refused: its token is outdated`),
      tone: "good",
    });
  }
  for (const { at, member } of observed.leaders) {
    const text = member === undefined ? "no member leads" : `member ${member} is elected leader`;
    teller.entries.push({
      at,
      lane: ETCD_LANE,
      text: told(text),
      tone: member === undefined ? "bad" : "plain",
    });
  }
  // Claims that ran out in silence and refused writes are known late; a stable sort puts them where they belong.
  return teller.entries.sort((left, right) => left.at - right.at);
}

/** The last part of a key: `rootcoord-1` of `by-dev/meta/session/rootcoord-1`. */
function lastPart(key: string): string {
  return key.replace(/^.*\//u, "");
}

/** Keys that faults write. */
const writtenByFaults = ofKinds(
  (): ReadonlySet<string> => new Set(FAULT_KINDS.flatMap(({ writes = [] }) => writes)),
);

/** Whose session it is, by the server id in it. */
function holderText(value: string): string {
  const id = /"ServerID":(\d+)/u.exec(value)?.[1];
  return id === undefined ? "" : ` = id ${id}`;
}

class Teller {
  readonly entries: Entry[] = [];
  readonly #observed: StorySource;
  readonly #standing: Standing[];
  readonly #inEffect: InEffect<number>;
  readonly #lives: number[];
  readonly #claims: (number | undefined)[];
  /** Of programs: what each believes to hold. */
  readonly #claimed: Set<string>[] = [];
  /** By active key: who holds it. */
  readonly #holders = new Map<string, number>();
  #deletion: { revision: number; keys: string[]; at: number } | undefined;

  constructor(observed: StorySource) {
    this.#observed = observed;
    this.#standing = processesOf(observed.scenario).map(() => "down");
    this.#inEffect = new InEffect(observed.scenario.faults);
    this.#lives = processesOf(observed.scenario).map(() => 0);
    this.#claims = processesOf(observed.scenario).map(() => undefined);
  }

  name(node: number): string {
    return processesOf(this.#observed.scenario)[node]?.name ?? "etcd";
  }

  hear(observation: Observation): void {
    switch (observation.type) {
      case "started": {
        const life = (this.#lives[observation.node] = (this.#lives[observation.node] ?? 0) + 1);
        this.#enter(observation, life === 1 ? "starts" : "starts again");
        return;
      }
      case "ended": {
        this.#inEffect.forget(observation.node);
        this.#claimed[observation.node]?.clear();
        const crashed = observation.cause === "crash";
        this.#enter(observation, crashed ? this.#leaseLeft(observation) : "", crashed ? "bad" : "plain");
        return;
      }
      case "milestone":
        this.#milestone(observation);
        return;
      case "unseen":
        this.#enter(observation, "… nothing more is known", "quiet");
        return;
      case "claim":
        if (this.#isProgram(observation.node)) this.#programClaims(observation);
        else this.#claims[observation.node] = observation.until;
        return;
      case "claimEnded":
        if (this.#isProgram(observation.node)) this.#programClaims(observation);
        else this.#claimEnded(observation.node, observation.at);
        return;
      case "change":
        this.#change(observation);
        return;
      case "written":
        this.#written(observation);
        return;
      case "note":
        this.#say(observation.at, observation.node, observation.text, "plain");
        return;
      case "request":
        if (observation.purpose === "renew") this.#routine(observation, "renewal");
        else if (observation.purpose === "campaign" && this.#standing[observation.node] === "standby")
          this.#routine(observation, "check");
        return;
      case "message":
        this.#say(observation.at, observation.node, tellTrouble(observation), "bad");
        return;
      case "fault":
        this.#fault(observation.at, observation.index, observation.node, observation.phase);
        return;
      case "end":
        for (const node of this.#claims.keys()) this.#claimEnded(node, observation.at);
        return;
    }
  }

  #isProgram(node: number): boolean {
    return node >= this.#observed.scenario.coordinators.length;
  }

  /** A program says itself what it believes to hold; moving the end of that is routine. */
  #programClaims(seen: Extract<Observation, { type: "claim" | "claimEnded" }>): void {
    const { at, node, role, type } = seen;
    const all = (this.#claimed[node] ??= new Set());
    const known = all.has(role);
    if (type === "claim") all.add(role);
    else all.delete(role);
    if (type === "claimEnded") this.#say(at, node, `claims ${role} no more`, "plain");
    else if (!known)
      this.#say(at, node, `claims ${role}${seen.token > 0 ? `, token ${seen.token}` : ""}`, "good");
  }

  /** What the dead leave behind. */
  #leaseLeft({ at, node }: { at: number; node: number }): string {
    const endsAt = this.#observed.leaseEnd(node, at);
    return endsAt === undefined || endsAt <= at
      ? "dead"
      : `its lease: ${((endsAt - at) / 1000).toFixed(1)} s left`;
  }

  #milestone(observation: MilestoneSeen): void {
    const { node } = observation;
    switch (observation.milestone) {
      case "starting":
        if (this.#standing[node] === "joining") return;
        break;
      case "campaigning":
        // The first is told, a row of them is counted.
        this.#standing[node] = leadsTo(observation) ?? "joining";
        if (this.#triesAgain(node)) {
          this.#routine(observation, "attempt");
          return;
        }
        break;
      case "outrun":
        if (this.#lastAbout(node) === "taken") return;
        break;
      default:
        break;
    }
    const { byLogs, scenario } = this.#observed;
    const ttlSeconds = byLogs ? undefined : ttlSecondsOf(scenario, scenario.coordinators[node]);
    const words = tellMilestone(observation, ttlSeconds);
    if (words !== undefined) this.#enter(observation, words.text, words.tone, words.about);
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
      if (key.includes("-meta/") && node >= 0 && !this.#isRightful(node))
        this.#say(
          at,
          ETCD_LANE,
          `rev ${modRevision}: write of ${this.name(node)}, not active now, APPLIED`,
          "bad",
        );
      else if (key.includes("-meta/")) this.#routine({ at, node: ETCD_LANE }, "write");
      else if (writtenByFaults().has(key)) this.#routine({ at, node: ETCD_LANE }, "other write");
      else if (key.endsWith("/session/id"))
        this.#say(at, ETCD_LANE, `rev ${modRevision}: id counter ${event.kv.value}`, "quiet");
      else
        this.#say(
          at,
          ETCD_LANE,
          `rev ${modRevision}: + ${lastPart(key)}${holderText(event.kv.value)}`,
          "plain",
        );
      this.#holders.set(key, node);
      return;
    }
    this.#holders.delete(key);
    if (this.#deletion?.revision === modRevision) {
      this.#deletion.keys.push(lastPart(key));
      this.entries.pop();
    } else this.#deletion = { revision: modRevision, keys: [lastPart(key)], at };
    const by = node < 0 ? "an operator" : this.name(node);
    const why = {
      expiry: " (lease expired)",
      revoke: " (lease revoked)",
      restore: " (as restored)",
      request: ` (by ${by})`,
      unknown: "",
    }[cause];
    const byHand = cause === "request" && node < 0;
    this.#say(
      at,
      ETCD_LANE,
      `rev ${modRevision}: - ${this.#deletion.keys.join(", ")}${why}`,
      "bad",
      byHand ? "operator" : undefined,
    );
  }

  /** Whether it serves, as far as it knows, and nobody else holds its role. */
  #isRightful(node: number): boolean {
    const { role = "" } = this.#observed.scenario.coordinators[node] ?? {};
    return this.#standing[node] === "active" && (this.#holders.get(keysFor(role).role) ?? node) === node;
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
    const fault = this.#observed.scenario.faults[index];
    if (fault === undefined) return;
    const standing = this.#standing[node] ?? "down";
    const begins = phase === "begins";
    const vain = needsProcess(fault) && standing === "down";
    let text: string | undefined;
    let state: LaneState | undefined;
    if (kindOf(fault).outage === "whole") state = begins ? "paused" : "down";
    if (begins) {
      text = faultBegins(fault, vain);
      if (this.#inEffect.begin(index, node, standing !== "down")) state = "paused";
    } else {
      const held = this.#inEffect.end(index, node);
      if (held && !this.#inEffect.standsStill(node)) state = standing;
      const vainly = effectsOf(fault).standsStill === true && !held;
      // Whoever is started again says so.
      if (!bringsBack(fault)) text = faultEnds(fault, vainly, this.#inEffect.in(node));
    }
    this.#befallAll(at, index, begins);
    if (text === undefined) return;
    this.entries.push({
      at,
      lane: node,
      text: told(begins ? `✗ ${text}` : text),
      tone: begins ? "bad" : "plain",
      ...(begins ? { about: "fault" } : {}),
      ...(state === undefined ? {} : { state }),
    });
  }

  /** A fault of all of them: who stood, and stands again. */
  #befallAll(at: number, index: number, begins: boolean): void {
    const fault = this.#observed.scenario.faults[index];
    if (fault === undefined) return;
    if (effectsOf(fault).everybody !== true || effectsOf(fault).standsStill !== true) return;
    this.#standing.forEach((standing, lane) => {
      const turned = begins
        ? this.#inEffect.begin(index, lane, standing !== "down")
        : this.#inEffect.end(index, lane) && !this.#inEffect.standsStill(lane);
      const text = told(begins ? "✗ stands still with its machine" : "goes on with its machine");
      if (turned)
        this.entries.push({
          at,
          lane,
          text,
          tone: begins ? "bad" : "plain",
          state: begins ? "paused" : standing,
        });
    });
  }

  /** What was seen, and how it stands from now on. */
  #enter(
    observation: Observation & { readonly node: number },
    text: string,
    tone: EntryTone = "plain",
    about?: EntrySubject,
  ): void {
    const { at, node } = observation;
    const state = leadsTo(observation);
    if (state !== undefined) this.#standing[node] = state;
    this.entries.push({
      at,
      lane: node,
      text: told(text),
      tone,
      ...(about === undefined ? {} : { about }),
      ...(state === undefined ? {} : { state }),
    });
  }

  #say(at: number, lane: number, text: string, tone: EntryTone, about?: EntrySubject): void {
    this.entries.push({ at, lane, text: told(text), tone, ...(about === undefined ? {} : { about }) });
  }

  #routine({ at, node }: { at: number; node: number }, routine: Routine): void {
    this.entries.push({ at, lane: node, text: told(routine), tone: "quiet", routine });
  }

  /** Its last word was that it campaigns, or that the role was taken. */
  #triesAgain(node: number): boolean {
    const about = this.#lastAbout(node);
    return about === "campaign" || about === "taken";
  }

  #lastAbout(node: number): EntrySubject | undefined {
    return this.entries.findLast(({ lane, routine }) => lane === node && routine === undefined)?.about;
  }
}
