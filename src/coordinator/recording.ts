/**
 * A coordinator's own trace, written as it lives: what reached it, what its chart did, what could be seen of it. The lines
 * are those of a simulated run, so `leasehold replay --machine` follows them on the bare chart.
 */
import { VERSION } from "../version.ts";
import type { ElectionSettings, LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { Ledger } from "../../models/dialect.ts";
import type { Observation } from "../../models/observation.ts";
import type { Phase, Step } from "../../models/compiled-chart.ts";
import type { ElectionConfig, WriteOutcome } from "../election/driver.ts";
import type { Arrival, Audience } from "../election/member.ts";
import type { Purpose } from "../kv/kv.ts";
import { writeEventName } from "../simulation/names.ts";
import { coordinator, scenario, type Scenario } from "../simulation/scenario.ts";
import type { Instant } from "../time/clock.ts";
import { Digest } from "../trace/digest.ts";
import {
  BEGIN,
  FORMAT,
  RESUME,
  SCHEMA_VERSION,
  type Cause,
  type TraceEnd,
  type TraceEvent,
  type TraceHeader,
  type TraceObservation,
  type TraceStep,
} from "../trace/format.ts";
import { writeObservation, writeStep } from "../trace/meaning.ts";
import { LineFile, setAside } from "./line-file.ts";
import { StartError } from "./start-error.ts";

/** What arrived, in the trace's words. */
function causeOf(arrival: Arrival): Cause {
  switch (arrival.type) {
    case "timer":
      return { type: "timer", timer: writeEventName(arrival.timer) };
    case "watchBroken":
      return { type: "watchBroken", id: arrival.id };
    default:
      return arrival;
  }
}

/** Nobody knows beforehand when a process will end. */
const TEN_YEARS_MS = 315_360_000_000;
const SELF = 0;

/**
 * Records one process; `name` is its name in the trace. Throws a {@link StartError} if the file cannot be opened. What goes wrong
 * later ends the recording, never what is recorded.
 */
export class Recording implements Audience {
  readonly #config: ElectionConfig;
  readonly #scenario: Scenario;
  readonly #now: () => Instant;
  readonly #began: Instant;
  readonly #path: string;
  readonly #limitBytes: number;
  #file: LineFile;
  readonly #failed: (why: NodeJS.ErrnoException) => void;
  #digest = new Digest();
  /** Where the chart stands. */
  #state: number;
  #claim: TraceObservation | undefined;
  #events = 0;
  #cause: Cause = { type: "start" };
  /** When it arrived: whatever the coordinator decides by its clock, it decides later. */
  #arrivedAt: Instant = 0;
  #steps: TraceStep[] = [];
  #seen: TraceObservation[] = [];

  constructor(
    file: string,
    name: string,
    config: ElectionConfig,
    settings: ElectionSettings,
    now: () => Instant,
    failed: (why: NodeJS.ErrnoException) => void,
    limitBytes = Number.POSITIVE_INFINITY,
  ) {
    const { candidate } = config;
    const { role } = candidate.identity;
    this.#config = config;
    this.#now = now;
    this.#failed = failed;
    this.#began = now();
    this.#path = file;
    this.#limitBytes = limitBytes;
    this.#state = config.chart.start.next;
    this.#scenario = scenario({
      title: `a running ${role}, recorded`,
      ttlSeconds: candidate.ttlSeconds,
      horizonMs: TEN_YEARS_MS,
      coordinators: [
        coordinator(name, role, { ...settings, activationLimitMs: config.timing.activationLimitMs }),
      ],
    });
    try {
      setAside(file);
      this.#file = new LineFile(file);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError(
        "environment",
        `cannot write the trace (${why})`,
        "name a file in a writable folder",
        file,
      );
    }
    this.#hand(this.#header());
  }

  #header(): TraceHeader {
    return {
      type: "header",
      format: FORMAT,
      schemaVersion: SCHEMA_VERSION,
      package: VERSION,
      variant: "shipped",
      recorded: "production",
      scenario: this.#scenario,
      decisions: [],
    };
  }

  arrived(arrival: Arrival): void {
    this.#cause = causeOf(arrival);
    this.#arrivedAt = this.#now();
    if (arrival.type !== "start") return;
    this.#see({ type: "started", at: 0, node: SELF, role: this.#config.candidate.identity.role });
    this.#steps.push(writeStep(this.#config.chart, BEGIN, 0, this.#config.chart.start));
  }

  stepped(type: string, elapsedMs: number, step: Step): void {
    this.#state = step.next;
    this.#steps.push(writeStep(this.#config.chart, type, elapsedMs, step));
  }

  announced(milestone: Milestone, reason: LossReason | undefined, ledger: Readonly<Ledger>): void {
    const { leaseId, loadedRevision, roleRevision, serverId, token } = ledger;
    const { role } = this.#config.candidate.identity;
    this.#see({
      type: "milestone",
      at: 0,
      node: SELF,
      role,
      milestone,
      reason,
      serverId,
      leaseId,
      token,
      loadedRevision,
      roleRevision,
    });
  }

  sent(purpose: Purpose): void {
    this.#see({ type: "request", at: 0, node: SELF, purpose });
  }

  claimed(until: Instant, token: number): void {
    const { role } = this.#config.candidate.identity;
    if (until === 0) this.#see({ type: "claimEnded", at: 0, node: SELF, role });
    else this.#see({ type: "claim", at: 0, node: SELF, role, token, until: until - this.#began });
    this.#claim = until === 0 ? undefined : this.#seen.at(-1);
  }

  written(outcome: WriteOutcome): void {
    this.#see({ type: "written", at: 0, node: SELF, outcome });
  }

  settled(phase: Phase): void {
    const own = this.#arrivedAt;
    const steps = this.#steps.splice(0);
    if (phase === "ended") this.#see({ type: "ended", at: 0, node: SELF, cause: "exit" });
    const seen = this.#seen.splice(0);
    const written = this.#hand({
      type: "event",
      n: this.#events + 1,
      at: own - this.#began,
      own,
      node: this.#scenario.coordinators[SELF]?.name ?? "",
      cause: this.#cause,
      ...(steps.length === 0 ? {} : { steps }),
      ...(seen.length === 0 ? {} : { seen }),
    });
    if (written) this.#events++;
    if (phase !== "ended" && this.#file.open && this.#file.length > this.#limitBytes) this.#goOnElsewhere();
  }

  /** Ends the file, sets it aside, and goes on in a new one that says where the chart stands. */
  #goOnElsewhere(): void {
    this.close();
    try {
      setAside(this.#path);
      this.#file = new LineFile(this.#path);
    } catch (error) {
      this.#failed(error as NodeJS.ErrnoException);
      return;
    }
    this.#digest = new Digest();
    this.#events = 0;
    this.#hand(this.#header());
    const { attempts, setbacks } = this.#config.chart.facts(this.#state).context;
    const state = this.#config.chart.facts(this.#state).paths;
    const own = this.#now();
    const written = this.#hand({
      type: "event",
      n: 1,
      at: own - this.#began,
      own,
      node: this.#scenario.coordinators[SELF]?.name ?? "",
      cause: { type: "resume" },
      steps: [
        {
          event: RESUME,
          effects: [],
          state,
          ...(attempts === 0 ? {} : { attempts }),
          ...(setbacks === 0 ? {} : { setbacks }),
        },
      ],
      ...(this.#claim === undefined ? {} : { seen: [this.#claim] }),
    });
    if (written) this.#events++;
  }

  /** The last line; the file is whole now. What happens afterwards is not recorded. */
  close(): void {
    if (!this.#file.open) return;
    const end: TraceEnd = {
      type: "end",
      events: this.#events,
      at: this.#now() - this.#began,
      ended: "horizon",
      verdicts: [],
      digest: this.#digest.text(),
    };
    this.#file.write(JSON.stringify(end));
    this.#file.close();
  }

  #see(observation: Observation): void {
    this.#seen.push(writeObservation(observation, this.#scenario));
  }

  /** Whether it was written. If it could not be, the recording ends with what it has. */
  #hand(line: TraceHeader | TraceEvent): boolean {
    if (!this.#file.open) return false;
    const text = JSON.stringify(line);
    const why = this.#file.write(text);
    if (why === undefined) {
      this.#digest.line(text);
      return true;
    }
    this.close();
    this.#failed(why);
    return false;
  }
}
