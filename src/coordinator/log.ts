/** Writes a coordinator's log: the lines of `log-lines.ts` as they happen, in Milvus' format or as JSON. */
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import { holderIn, type Ledger } from "../../models/dialect.ts";
import { fromBytes } from "../../models/bytes.ts";
import { NO_LEASE, type KeyValue } from "../../models/etcd-api.ts";
import type { Phase } from "../../models/compiled-chart.ts";
import type { ElectionConfig, WriteOutcome } from "../election/driver.ts";
import type { Arrival, Audience } from "../election/member.ts";
import {
  formatInstant,
  formatLine,
  type LogLevel,
  type LogLine,
  type WallInstant,
} from "../milvus/log-format.ts";
import { logLinesOf, STANDBY_BEAT_MS, type LogEvent } from "../milvus/log-lines.ts";

const RANK: Readonly<Record<LogLevel, number>> = { DEBUG: 0, INFO: 1, WARN: 2, ERROR: 3 };

export interface LogStyle {
  readonly format: "text" | "json";
  readonly level: LogLevel;
}

/** Writes lines to `out`, each with its line break. */
export class Log {
  readonly #style: LogStyle;
  readonly #out: (text: string) => void;

  constructor(style: LogStyle, out: (text: string) => void) {
    this.#style = style;
    this.#out = out;
  }

  write(line: LogLine): void {
    if (RANK[line.level] < RANK[this.#style.level]) return;
    const instant: WallInstant = { epochMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() };
    this.#out(`${this.#style.format === "text" ? formatLine(line, instant) : formatJson(line, instant)}\n`);
  }

  /** A line of the process itself, which Milvus does not have. */
  own(level: LogLevel, message: string, fields: Readonly<Record<string, string>> = {}): void {
    this.write({ level, caller: "leasehold/run.ts:1", message, fields: Object.entries(fields) });
  }
}

/** Milvus' `log.format: json`: zap's names. */
function formatJson({ caller, fields = [], level, message }: LogLine, instant: WallInstant): string {
  return JSON.stringify({
    level,
    time: formatInstant(instant),
    caller,
    message,
    ...Object.fromEntries(fields),
  });
}

/** Logs an election. */
export class LogAudience implements Audience {
  readonly #log: Log;
  readonly #config: ElectionConfig;
  #beat: NodeJS.Timeout | undefined;
  /** The revision at which the active key was last written without a lease. */
  #leaseless = 0;

  constructor(log: Log, config: ElectionConfig) {
    this.#log = log;
    this.#config = config;
  }

  arrived(arrival: Arrival): void {
    if (arrival.type === "reply" && arrival.purpose === "campaign") {
      const holder = holderIn(arrival.reply);
      if (holder !== undefined) this.#warnOfLeaseless(holder);
    }
    if (arrival.type !== "watchMessage") return;
    for (const event of arrival.response.events) {
      if (event.kv.key !== this.#config.candidate.keys.role) continue;
      this.#tell({ type: "watched", event });
      if (event.type === "PUT") this.#warnOfLeaseless(event.kv);
    }
  }

  /** Nobody takes over from a key that never expires; once for each time that it was written. */
  #warnOfLeaseless({ key, lease, modRevision, value }: KeyValue): void {
    if (lease !== NO_LEASE || modRevision === this.#leaseless) return;
    this.#leaseless = modRevision;
    this.#log.own(
      "WARN",
      "the ACTIVE key has no lease: it never expires, the role stays taken until it is deleted",
      {
        key,
        value: fromBytes(value),
        remedy: `etcdctl del ${key}`,
      },
    );
  }

  announced(milestone: Milestone, reason: LossReason | undefined, ledger: Readonly<Ledger>): void {
    const { identity, keys } = this.#config.candidate;
    const { leaseId, loadedRevision, serverId, token } = ledger;
    const { exclusive, role } = identity;
    this.#tell({
      type: "milestone",
      milestone,
      reason,
      role,
      exclusive,
      serverId,
      leaseId,
      token,
      loadedRevision,
      activeKey: fromBytes(keys.role),
    });
  }

  written(outcome: WriteOutcome): void {
    if (outcome !== "applied") this.#tell({ type: "written", outcome });
  }

  settled(phase: Phase): void {
    const beats = phase === "standby" && !this.#config.candidate.identity.exclusive;
    if (beats === (this.#beat !== undefined)) return;
    clearInterval(this.#beat);
    const { role } = this.#config.candidate.identity;
    this.#beat = beats ? setInterval(() => this.#tell({ type: "beat", role }), STANDBY_BEAT_MS) : undefined;
  }

  #tell(event: LogEvent): void {
    for (const line of logLinesOf(event)) this.#log.write(line);
  }
}
