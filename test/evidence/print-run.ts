/** A simulated run as the files that production would have left of it: logs in every form, etcd's own words, recordings. */
import fc from "fast-check";
import type { Observation } from "../../models/observation.ts";
import type { Variant } from "../../models/variant.ts";
import type { Case } from "../../properties/case.ts";
import { renderLog } from "../../src/cli/story/render-log.ts";
import { readEntries } from "../../src/milvus/read-format.ts";
import { formatLine, type LogLine } from "../../src/milvus/log-format.ts";
import { observeRun, type ObservedRun } from "../../src/reading/observed-run.ts";
import { effectsOf } from "../../src/simulation/effects.ts";
import { execute } from "../../src/simulation/execute.ts";
import { kindOf } from "../../src/simulation/fault.ts";
import { timingOf, type Scenario } from "../../src/simulation/scenario.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { createSetup } from "../../src/simulation/setup.ts";
import { FORMAT, SCHEMA_VERSION, type TraceEvent } from "../../src/trace/format.ts";

/** Lines under a file's name. */
export type Files = ReadonlyMap<string, readonly string[]>;

const START = { epochMs: Date.UTC(2024, 2, 4, 4, 21, 34), offsetMinutes: 480 };

/** Whether the clocks of its coordinators run true, and are never set. */
export function runsEvenly({ coordinators, faults }: Scenario): boolean {
  return (
    coordinators.every(({ clockRate }) => clockRate === 1) &&
    faults.every(
      (fault) => effectsOf(fault).clockRate === undefined && kindOf(fault).clockJumpMs === undefined,
    )
  );
}

const MOST_HAPPENINGS = 10_000;

/** The run, no longer than it takes for so much to happen: some variants ask without a pause, or take the key from each other in turn. */
export function runOf({ decisions, scenario }: Case, variant: Variant): ObservedRun {
  let left = MOST_HAPPENINGS;
  const { world } = execute(createSetup(scenario, variant), {
    scheduler: decided(decisions),
    enough: () => --left === 0,
  });
  return observeRun({ ...scenario, horizonMs: Math.ceil(world.now) }, variant, decisions);
}

/** Each coordinator's log in leasehold's form, which is that of Milvus 2.2. */
export function ownLogs(run: ObservedRun, shiftMs: (node: number) => number = () => 0): Files {
  return new Map(
    run.scenario.coordinators.map(({ name }, node) => {
      const start = { ...START, epochMs: START.epochMs + shiftMs(node) };
      return [`${name}.log`, renderLog(run, { start, node })];
    }),
  );
}

/** The same lines as zap's JSON. */
export function asJson(files: Files): Files {
  return mapLines(files, (line) => {
    const [entry] = readEntries(line).entries;
    if (entry === undefined) throw new Error(`no entry: ${line}`);
    const time = /^\[([^\]]*)\]/u.exec(line)?.[1];
    const { caller, fields, level, message } = entry;
    return JSON.stringify({ level, time, caller, message, ...Object.fromEntries(fields) });
  });
}

/** As a collector exports the same lines: OTLP, a request for each. */
export function asOtlp(files: Files): Files {
  return mapLines(files, (line, file) => {
    const record = { observedTimeUnixNano: "1709526094000000000", body: { stringValue: line } };
    const attributes = [{ key: "service.instance.id", value: { stringValue: file } }];
    return JSON.stringify({
      resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords: [record] }] }],
    });
  });
}

/** As docker compose prints the containers of one machine together. */
export function asCompose(files: Files): Files {
  const lines = [...files].flatMap(([name, all]) =>
    all.map((line) => ({ at: line.slice(1, 24), text: `\u001B[36m${name.padEnd(20)} | \u001B[0m${line}` })),
  );
  return new Map([
    [
      "compose.log",
      lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ text }) => text),
    ],
  ]);
}

/** The same, without saying whose line it is. */
export function asOneStream(files: Files): Files {
  const lines = [...files].flatMap(([, all]) => all.map((line) => ({ at: line.slice(1, 24), line })));
  return new Map([
    ["all.log", lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ line }) => line)],
  ]);
}

/** As kubectl prints several pods, as docker keeps them, and as Loki exports them. */
export const WRAPPINGS: Readonly<Record<string, (line: string, name: string) => string>> = {
  kubectl: (line, name) => `[pod/${name}/coordinator] ${line}`,
  docker: (line) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2024-03-04T04:21:34.1Z" }),
  loki: (line, name) => JSON.stringify({ line, labels: { pod: name }, timestamp: "2024-03-04T04:21:34.1Z" }),
  ci: (line) => `2024-03-04T04:21:34.1234567Z ${line}`,
  plain: (line) => line,
};

export function mapLines(files: Files, write: (line: string, file: string) => string): Files {
  return new Map([...files].map(([file, lines]) => [file, lines.map((line) => write(line, file))]));
}

/** What `etcdctl watch --prefix by-dev/meta -w json` prints. */
export function storeWatch({ observations }: ObservedRun): Files {
  const byRevision = new Map<number, Extract<Observation, { type: "change" }>[]>();
  for (const one of observations)
    if (one.type === "change") {
      const { modRevision } = one.event.kv;
      byRevision.set(modRevision, [...(byRevision.get(modRevision) ?? []), one]);
    }
  const lines = [...byRevision].map(([revision, changes]) => {
    const events = changes.map(({ event: { kv, type } }) => ({
      ...(type === "DELETE" ? { type: 1 } : {}),
      kv: {
        key: base64(kv.key),
        ...(kv.createRevision > 0 ? { create_revision: kv.createRevision } : {}),
        mod_revision: kv.modRevision,
        ...(kv.version > 0 ? { version: kv.version, value: base64(kv.value) } : {}),
        ...(kv.lease === "0" ? {} : { lease: kv.lease }),
      },
    }));
    const text = JSON.stringify({
      Header: { revision, raft_term: 2 },
      Events: events,
      Canceled: false,
      Created: false,
    });
    return text.replaceAll(/"lease":"(\d+)"/gu, '"lease":$1');
  });
  return new Map([["watch.jsonl", lines]]);
}

/** What stood under the root at each revision, as the shell lines of docs/validating-logs.md ask for it. */
export function storeAudit({ observations }: ObservedRun): Files {
  const changes = observations.filter((one) => one.type === "change");
  const now = changes.at(-1)?.event.kv.modRevision ?? 0;
  const standing = new Map<string, object>();
  const lines: string[] = [];
  for (const [at, { event }] of changes.entries()) {
    const { createRevision, key, lease, modRevision, value, version } = event.kv;
    if (event.type === "DELETE") standing.delete(key);
    else
      standing.set(key, {
        key: base64(key),
        create_revision: createRevision,
        mod_revision: modRevision,
        version,
        value: base64(value),
        lease: `#${lease}#`,
      });
    if (changes[at + 1]?.event.kv.modRevision === modRevision) continue;
    const kvs = standing.size === 0 ? {} : { kvs: [...standing.values()], count: standing.size };
    const get = { header: { revision: now, raft_term: 2 }, ...kvs };
    lines.push(JSON.stringify({ rev: modRevision, prefix: "by-dev/meta", get }));
  }
  return new Map([["audit.jsonl", lines.map((line) => line.replaceAll(/"#(\d+)#"/gu, "$1"))]]);
}

function base64(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("base64");
}

const PRODUCED = new Set(["started", "ended", "milestone", "claim", "claimEnded", "written", "request"]);

/** Each coordinator's own recording, one file a life. */
export function recordings({ run: { events, header }, scenario }: ObservedRun): Files {
  const files = new Map<string, string[]>();
  for (const [node, one] of scenario.coordinators.entries()) {
    let life = 0;
    let lines: string[] = [];
    let began = 0;
    for (const event of events.filter((each) => each.node === one.name)) {
      if (event.cause.type === "fault" || event.delivery !== undefined) continue;
      if (event.cause.type === "start") {
        lines = [
          JSON.stringify({
            type: "header",
            format: FORMAT,
            schemaVersion: SCHEMA_VERSION,
            package: header.package,
            variant: header.variant,
            recorded: "production",
            scenario: {
              ...scenario,
              coordinators: [{ ...one, activationLimitMs: timingOf(scenario, node).activationLimitMs }],
              faults: [],
              horizonMs: 315_360_000_000,
            },
            decisions: [],
          }),
        ];
        files.set(`${one.name}-${++life}.jsonl`, lines);
        began = event.own ?? 0;
      }
      lines.push(JSON.stringify(ownEvent(event, lines.length, began, one.clockRate)));
    }
  }
  return files;
}

/** As the process itself would have written it: in its own time, with what it can see. */
function ownEvent(event: TraceEvent, n: number, began: number, rate: number): TraceEvent {
  const own = event.own ?? 0;
  const seen = (event.seen ?? [])
    .filter(({ type }) => PRODUCED.has(type))
    .map((each) => {
      const { until } = each as { until?: unknown };
      return typeof until === "number" ? { ...each, until: own - began + (until - event.at) * rate } : each;
    });
  const { cause, node, steps, type } = event;
  const other = { ...(steps === undefined ? {} : { steps }), ...(seen.length === 0 ? {} : { seen }) };
  return { type, n, at: own - began, own, node, cause, ...other };
}

type MilestoneSeen = Extract<Observation, { type: "milestone" }>;

/** The log of a coordinator of Milvus 2.3 to 2.6: its texts, its levels. */
export function milvusLogs(
  run: ObservedRun,
  shiftMs: (node: number) => number = () => 0,
  newest = false,
): Files {
  const puts = putsOf(run);
  return new Map(
    run.scenario.coordinators.map(({ name, role }, node) => {
      const lines = run.observations.flatMap((one) => {
        if (one.type !== "milestone" || one.node !== node) return [];
        const instant = { ...START, epochMs: START.epochMs + one.at + shiftMs(node) };
        // Milvus logs the revision of the transaction by which it won, which is the token if no key stood there.
        const own = one.milestone === "won" ? puts.get(node)?.find(({ at }) => at <= one.at)?.revision : 0;
        return milvusLines(one, role, newest, own ?? 0).map((line) => formatLine(line, instant));
      });
      return [`${name}.log`, lines];
    }),
  );
}

const TITLES: Readonly<Record<string, string>> = {
  rootcoord: "RootCoord",
  datacoord: "DataCoord",
  querycoord: "QueryCoord",
};

/** Of each node, the instants and revisions at which it put an active key, newest first. */
function putsOf({
  observations,
}: ObservedRun): ReadonlyMap<number, readonly { at: number; revision: number }[]> {
  const found = new Map<number, { at: number; revision: number }[]>();
  for (const one of observations.toReversed()) {
    if (one.type !== "change" || one.event.type !== "PUT" || /-\d+$/u.test(one.event.kv.key)) continue;
    if (!one.event.kv.key.includes("/session/")) continue;
    const all = found.get(one.node) ?? [];
    all.push({ at: one.at, revision: one.event.kv.modRevision });
    found.set(one.node, all);
  }
  return found;
}

function milvusLines(
  { milestone, serverId }: MilestoneSeen,
  role: string,
  newest: boolean,
  wonAt: number,
): LogLine[] {
  const caller = "sessionutil/session_util.go:1000";
  const info = (message: string, ...fields: [string, string][]): LogLine => ({
    level: "INFO",
    caller,
    message,
    fields,
  });
  const key = `by-dev/meta/session/${role}`;
  const title = TITLES[role] ?? role;
  switch (milestone) {
    case "identified":
      return [
        {
          ...info("Session get serverID success", ["key", "id"], ["ServerId", String(serverId)]),
          level: "DEBUG",
        },
      ];
    case "registered":
      return [
        newest
          ? info(
              "put session key into etcd, service registered successfully",
              ["key", `${key}-${serverId}`],
              ["value", "{}"],
            )
          : info("Service registered successfully", ["ServerName", role], ["serverID", String(serverId)]),
      ];
    case "standby":
      return [info(`serverName: ${role} enter STANDBY mode`)];
    case "campaigning":
      return [info(`try to register as ACTIVE ${role} service...`)];
    case "watching":
      return [
        info(`ACTIVE ${role} has already been registered`),
        info(`${role} start to watch ACTIVE key ${key}`),
      ];
    case "vacancy":
      return [info(`stop watching ACTIVE key ${key}`)];
    case "won":
      return [
        newest
          ? info(`register ACTIVE ${role}`, ["revision", String(wonAt)])
          : info(`register ACTIVE ${role}`),
        info(`serverName: ${role} quit STANDBY mode, this node will become ACTIVE, ID: ${serverId}`),
        info(`${title} switch from standby to active, activating`),
      ];
    case "active":
      return [info(`${title} startup success`)];
    case "exited":
      return [
        {
          level: "ERROR",
          caller,
          message: `${title} disconnected from etcd, process will exit`,
          fields: [["Server Id", String(serverId)]],
        },
      ];
    default:
      return [];
  }
}

/** What may happen to logs between their processes and whoever reads them. */
export interface Damage {
  /** Of 1000 lines, how many are lost. */
  readonly lost: number;
  readonly cut: number;
  readonly swapped: number;
  readonly foreign: number;
  /** Shipped at least once: some stand twice. */
  readonly doubled: number;
  readonly newestFirst: boolean;
  readonly merged: boolean;
  readonly seed: number;
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  lost: fc.constantFrom(0, 20, 200, 600),
  cut: fc.constantFrom(0, 30, 200),
  swapped: fc.constantFrom(0, 100),
  foreign: fc.constantFrom(0, 200),
  doubled: fc.constantFrom(0, 0, 300, 1000),
  newestFirst: fc.boolean(),
  merged: fc.boolean(),
  seed: fc.nat(1_000_000),
});

const FOREIGN = [
  '{"level":"warn","ts":"2024-03-04T04:21:34.394Z","caller":"v3/retry.go:62","msg":"retrying of unary invoker failed"}',
  "panic: close of closed channel",
  "goroutine 1 [running]:",
  '[2024/03/04 04:21:34.391 +00:00] [INFO] [proxy/impl.go:1] ["search done"] [traceID=1]',
  "    _    _ ___ _ ",
  '[2024/03/04 04:21:34.391 +00:00] [WARN] [x/y.go:2] ["odd [brackets] = \\"in\\" it"]',
];

/** Recordings keep their order; logs may lose it by some 50 ms, which the swapping of neighbours is. */
export function damaged(files: Files, damage: Damage): Files {
  let state = damage.seed + 1;
  const dice = (of: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % of;
  };
  const done = [...files].map(([file, lines]): [string, string[]] => {
    const isRecording = /-\d+\.jsonl$/u.test(file);
    const kept = lines.filter((_, at) => (isRecording && at === 0) || dice(1000) >= damage.lost);
    const out = kept.flatMap((line, at) => {
      if (isRecording && at === 0) return [line];
      const whole = dice(1000) < damage.cut ? line.slice(0, dice(line.length)) : line;
      const again = !isRecording && dice(1000) < damage.doubled ? [whole] : [];
      return dice(1000) < damage.foreign
        ? [FOREIGN[dice(FOREIGN.length)] ?? "", whole, ...again]
        : [whole, ...again];
    });
    if (!isRecording)
      for (let at = 1; at < out.length; at++)
        if (dice(1000) < damage.swapped) [out[at - 1], out[at]] = [out[at] ?? "", out[at - 1] ?? ""];
    return [file, damage.newestFirst && file.endsWith(".log") ? out.reverse() : out];
  });
  if (!damage.merged) return new Map(done);
  const [first, second, ...others] = done;
  if (first === undefined || second === undefined || !first[0].endsWith(".log")) return new Map(done);
  // The same lines reach the reader twice, as when two exports overlap.
  return new Map([first, [second[0], [...second[1], ...first[1].slice(0, 5)]], ...others]);
}
