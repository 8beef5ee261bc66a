/** What is less exact, less whole or less alone than it looks: nobody is accused by it, and nothing is held by it. */
import { describe, expect, it } from "vitest";
import { cleanStop } from "../../properties/clean-stop.ts";
import { endsVouchedFor } from "../../src/cli/validate/ended.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import type { LineMapping } from "../../src/evidence/line-mapping.ts";
import { twoHistoriesIn } from "../../src/evidence/one-history.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import type { TraceEvent } from "../../src/trace/format.ts";
import { shipped } from "../../models/variant.ts";
import { alone } from "../../properties/bugs/kept.ts";
import { scenario } from "../../src/simulation/scenario.ts";
import { recordings, runOf } from "./print-run.ts";

type Files = Readonly<Record<string, readonly string[]>>;

function gather(files: Files, mapping?: LineMapping): Evidence {
  const evidence = new Evidence(mapping === undefined ? [] : [mapping]);
  for (const [file, lines] of Object.entries(files))
    for (const [at, line] of lines.entries()) evidence.line(file, at + 1, line);
  return evidence;
}

function verdictOf(
  property: string,
  { sources }: Evidence,
  ended: readonly string[] = [],
): string | undefined {
  const vouched = { clocksWithinMs: 100, ended: endsVouchedFor(ended, sources, 100) };
  return judgeEvidence(sources, vouched).find((one) => one.property === property)?.type;
}

const JOBS: LineMapping = {
  name: "jobs.yaml",
  hints: {},
  role: "jobs",
  time: /^\S*\d{4}-\S+/u,
  rules: [
    { match: /elected/u, says: "active" },
    { match: /leading/u, says: "serving" },
    { match: /resigned/u, says: "stopped" },
  ],
};

describe("an instant that is cut off", () => {
  const day = "2024-03-04T04:21:";

  it("to seconds accuses nobody", () => {
    const a = [`${day}10Z elected`, `${day}15Z leading`];
    const b = [`${day}09.000Z elected`, `${day}10.500Z leading`, `${day}10.600Z resigned`];
    expect(verdictOf("single-active", gather({ a, b }, JOBS))).toBe("cannot be told");
    const later = [b[0] ?? "", `${day}11.200Z leading`];
    expect(verdictOf("single-active", gather({ a, b: later }, JOBS))).toBe("violated");
  });

  it("to seconds acquits nobody", () => {
    const a = [`${day}05Z elected`, `${day}10Z resigned`];
    const after = (begins: string) => [`${day}${begins}Z elected`, `${day}13.500Z leading`];
    expect(verdictOf("single-active", gather({ a, b: after("10.500") }, JOBS))).toBe("cannot be told");
    expect(verdictOf("single-active", gather({ a, b: after("11.100") }, JOBS))).toBe("held");
  });

  it("to seconds is no end before them", () => {
    const a = [`${day}05.000Z elected`, `${day}09.500Z leading`];
    const b = [`${day}10.500Z elected`, `${day}13.500Z leading`];
    const evidence = gather({ a, b }, JOBS);
    expect(verdictOf("single-active", evidence, [`a=${day}10Z`])).toBe("cannot be told");
    expect(verdictOf("single-active", evidence, [`a=${day}10.300Z`])).toBe("held");
  });
});

describe("one process' mapped log in two wrappings", () => {
  const log = ["10.000", "15.000", "20.000"].map(
    (second, at) => `2024-03-04T04:21:${second}Z ${["elected", "leading", "resigned"][at]}`,
  );
  it.each([
    ["docker compose's", log.map((line) => `app-1  | ${line}`)],
    [
      "docker's",
      log.map((line) => JSON.stringify({ log: `${line}\n`, stream: "stderr", time: "2024-03-04T04:20:00Z" })),
    ],
    ["in colour", log.map((line) => `\u001B[32m${line}\u001B[0m`)],
    ["with another line's end", log.map((line) => `${line} `)],
  ])("and %s, is one process", (_, copy) => {
    expect(verdictOf("single-active", gather({ log, copy }, JOBS))).toBe("cannot be told");
  });

  it("says its own instant, not the collector's", () => {
    const later = log.map((line) => line.replace("04:21:", "04:22:"));
    const wrapped = [...log, ...later].map(
      (line, at) => `pod-${at < 3 ? 1 : 2}  | 2024-03-04T05:00:00.000Z ${line}`,
    );
    expect(verdictOf("single-active", gather({ wrapped }, JOBS))).toBe("held");
  });
});

it("who lost what no line shows it to have had may have served before", () => {
  const day = "2024-03-04T04:21:";
  const mapping = { ...JOBS, rules: [...JOBS.rules, { match: /failed to renew/u, says: "lost" as const }] };
  const [a, b] = [
    [`${day}10.000Z elected`, `${day}20.000Z failed to renew`],
    [`${day}21.000Z elected`, `${day}25.000Z failed to renew`],
  ];
  expect(verdictOf("single-active", gather({ a, b }, mapping))).toBe("held");
  const c = [`${day}23.000Z failed to renew`];
  expect(verdictOf("single-active", gather({ a, b, c }, mapping))).toBe("cannot be told");
});

it("two mapped processes in one log are no one that begins anew", () => {
  const merged = ["10.000Z elected", "20.000Z elected", "25.000Z leading"].map(
    (text) => `2024-03-04T04:21:${text}`,
  );
  expect(verdictOf("single-active", gather({ merged }, JOBS))).toBe("cannot be told");
});

it("of a request of OTLP every record is mapped by itself, with its own process and instant", () => {
  const attributes = (name: string) => [{ key: "k8s.pod.name", value: { stringValue: name } }];
  const record = (second: number, text: string) => ({
    timeUnixNano: `${Date.UTC(2024, 2, 4, 4, 21, second)}000000`,
    body: { stringValue: text },
  });
  const logsOf = (name: string, records: readonly unknown[]) => ({
    resource: { attributes: attributes(name) },
    scopeLogs: [{ logRecords: records }],
  });
  const request = JSON.stringify({
    resourceLogs: [
      logsOf("a", [record(10, "elected"), record(20, "leading")]),
      logsOf("b", [record(12, "elected"), record(18, "leading")]),
    ],
  });
  expect(verdictOf("single-active", gather({ request: [request] }, JOBS))).toBe("violated");
});

it("lines that go over a New Year without saying so are known for it", () => {
  const mapping: LineMapping = {
    ...JOBS,
    time: /^[IWEF](?<time>\d{4} \S+)/u,
    hints: { year: 2024, offsetMinutes: 0 },
  };
  const of = (...lines: string[]) => gather({ a: lines }, mapping).newYear;
  expect(of("I1231 23:59:58.000000 elected", "I0101 00:00:03.000000 leading")).toEqual({
    december: { file: "a", line: 1 },
    january: { file: "a", line: 2 },
  });
  expect(of("I0304 23:59:58.000000 elected").january).toBeUndefined();
});

/** Of Milvus and leasehold alike; seconds after 04:00. */
function line(second: number, text: string, caller = "sessionutil/session_util.go:1"): string {
  const at = new Date(Date.UTC(2024, 2, 4, 4) + second * 1000).toISOString();
  return `[${at.slice(0, 10).replaceAll("-", "/")} ${at.slice(11, 23)} +00:00] [INFO] [${caller}] ${text}`;
}
const registers = (at: number, id: number) => [
  line(at, '["Session try to connect to etcd"]'),
  line(at, `["Session get serverID success"] [key=id] [ServerId=${id}]`),
  line(at, `["Service registered successfully"] [ServerName=jobs] [serverID=${id}]`),
];
const serves = (at: number, id: number) => [
  line(at, `["register ACTIVE service successfully"] [ServerID=${id}]`),
  line(at, '["Jobs Register Finished"]'),
];
const letsGo = (at: number) => [
  line(at, '["no longer ACTIVE, stopped serving"]', "leasehold/election.ts:1"),
  line(at, '["membership lost, revoking the lease"] [reason=lease-lost]', "leasehold/election.ts:1"),
];
const finds = (at: number) => line(at, '["jobs start to watch ACTIVE key x/session/jobs"]');
const sees = (at: number) => line(at, '["stop watching ACTIVE key x/session/jobs"]');

describe("whoever held the role when somebody found it taken", () => {
  const a = [...registers(0, 1), ...serves(1, 1), ...letsGo(20)];

  it("may have served, if nobody whose lines are there can have been it", () => {
    const b = [...registers(2, 2), finds(3), sees(30), ...serves(40, 2), ...letsGo(50)];
    expect(verdictOf("single-active", gather({ a, b }))).toBe("held");
    const again = [
      ...registers(2, 2),
      finds(3),
      sees(30),
      finds(31),
      sees(39),
      ...serves(40, 2),
      ...letsGo(50),
    ];
    expect(verdictOf("single-active", gather({ a, b: again }))).toBe("cannot be told");
    const between = [...registers(30, 3), ...serves(30.5, 3), ...letsGo(35)];
    expect(verdictOf("single-active", gather({ a, b: again, between }))).toBe("held");
  });

  it("is one that ended without giving its key back, as long as nobody saw that gone", () => {
    const killed = [...a.slice(0, -1), line(20, '["start to revoke session"] [sessionKey=x/session/jobs-1]')];
    const b = [...registers(21, 2), finds(22), sees(60), ...serves(70, 2), ...letsGo(80)];
    expect(verdictOf("single-active", gather({ killed, b }))).toBe("held");
    const again = [...b.slice(0, 5), finds(61), sees(65), ...b.slice(5)];
    expect(verdictOf("single-active", gather({ killed, b: again }))).toBe("cannot be told");
  });

  it("may have, after one that says itself that it let go", () => {
    const alone = [...a, ...registers(21, 4), finds(25), sees(60), ...serves(70, 4), ...letsGo(80)];
    expect(verdictOf("single-active", gather({ alone }))).toBe("cannot be told");
    const never = [...a, ...registers(21, 4), ...serves(70, 4), ...letsGo(80)];
    expect(verdictOf("single-active", gather({ never }))).toBe("held");
  });
});

describe("a log that lost its head", () => {
  const milvus = (at: number, ...texts: string[]) => texts.map((text) => line(at, text));
  const active = (at: number) => milvus(at, '["register ACTIVE jobs"]', '["Jobs startup success"]');

  it("says nothing of its first life under the id of its second", () => {
    const a = [
      ...active(1),
      line(45, '["Service registered successfully"] [ServerName=jobs] [serverID=7]'),
      ...active(60),
      line(90, '["Jobs disconnected from etcd, process will exit"] ["Server Id"=7]'),
    ];
    const b = [
      ...registers(2, 6),
      ...active(25),
      line(40, '["Jobs disconnected from etcd, process will exit"] ["Server Id"=6]'),
    ];
    expect(verdictOf("single-active", gather({ a, b }))).toBe("cannot be told");
  });

  it("may tell of service by its first line", () => {
    const headless = [
      line(12, '["Jobs Register Finished"]', "leasehold/run.ts:1"),
      ...registers(40, 3),
      ...serves(41, 3),
      ...letsGo(50),
    ];
    const b = [...registers(5, 2), ...serves(13, 2), ...letsGo(15)];
    expect(verdictOf("single-active", gather({ headless, b }))).toBe("cannot be told");
    expect(verdictOf("single-active", gather({ whole: headless.slice(1), b }))).toBe("held");
  });
});

describe("the line of a later life", () => {
  const milvus = (at: number, ...texts: string[]) => texts.map((text) => line(at, text));
  const active = (at: number) => milvus(at, '["register ACTIVE jobs"]', '["Jobs startup success"]');
  const others = (at: number, id: number) => [
    line(at, `["Service registered successfully"] [ServerName=others] [serverID=${id}]`),
    line(at, '["others start to watch ACTIVE key x/session/others"]'),
  ];
  const gone = (at: number) => line(at, '["connection lost detected, shuting down"]');
  const b = [
    ...registers(2, 2),
    ...active(25),
    line(40, '["start to revoke session"] [sessionKey=x/session/jobs-2]'),
  ];

  it("is none of an earlier one, where a process has several roles", () => {
    const a = [
      ...registers(0, 1),
      ...others(0, 1),
      ...active(1),
      ...registers(30, 3),
      ...others(30, 3),
      ...active(50),
      gone(60),
    ];
    expect(verdictOf("single-active", gather({ a, b }))).toBe("cannot be told");
    const still = [...registers(0, 1), ...others(0, 1), ...active(1), gone(30)];
    // A life that logs warnings alone may have begun meanwhile.
    expect(verdictOf("single-active", gather({ a: still, b }))).toBe("cannot be told");
    const named = line(30.1, '["Jobs disconnected from etcd, process will exit"] ["Server Id"=1]');
    expect(verdictOf("single-active", gather({ a: [...still, named], b }))).toBe("violated");
    const newer = line(
      30,
      '["confirm the lease is expired, the session is expired without activing closing"]',
    );
    expect(verdictOf("single-active", gather({ a: [...still.slice(0, -1), newer], b }))).toBe("violated");
  });

  it("is none of an earlier one, where the line is lost that would name it", () => {
    const a = [...registers(0, 1), ...active(1), finds(35), ...active(50), gone(60)];
    expect(verdictOf("single-active", gather({ a, b }))).toBe("cannot be told");
  });

  it("is a hint of service where there are no earlier ones", () => {
    const [one, two] = [
      [...registers(0, 1), ...serves(1, 1), ...letsGo(5)],
      [...registers(6, 2), ...serves(7, 2), ...letsGo(8)],
    ];
    const headless = [line(7.5, '["Jobs disconnected from etcd, process will exit"] ["Server Id"=9]')];
    expect(verdictOf("single-active", gather({ one, two }))).toBe("held");
    expect(verdictOf("single-active", gather({ one, two, headless }))).toBe("cannot be told");
    expect(
      verdictOf("single-active", gather({ one, two, whole: [...registers(0, 9), finds(1), ...headless] })),
    ).toBe("held");
  });
});

describe("whoever may have won", () => {
  const [one, two] = [
    [...registers(0, 1), ...serves(1, 1), ...letsGo(5)],
    [...registers(6, 2), ...serves(7, 2), ...letsGo(8)],
  ];
  const campaigns = line(7.5, '["start retrying to register as ACTIVE service..."]');

  it("says so on its way to serving", () => {
    const third = [...registers(0, 3), finds(1)];
    expect(verdictOf("single-active", gather({ one, two, third }))).toBe("held");
    for (const way of [
      '["serverName: jobs quit STANDBY mode, this node will become ACTIVE, ID: 3"]',
      '["Jobs switch from standby to active, activating"]',
    ])
      expect(verdictOf("single-active", gather({ one, two, third: [...third, line(7.5, way)] }))).toBe(
        "cannot be told",
      );
  });

  it("says nothing of what came of its campaign", () => {
    const third = [...registers(0, 3), finds(1), sees(2), campaigns];
    expect(verdictOf("single-active", gather({ one, two, third }))).toBe("cannot be told");
    expect(verdictOf("single-active", gather({ one, two, third: [...third, finds(7.6)] }))).toBe("held");
  });
});

it("a line of JSON that is nested too deep to be written out again is not understood", () => {
  const deep = `{"level":"INFO","time":"2024/03/04 04:21:00.000 +00:00","message":"x","y":${"[".repeat(9000)}${"]".repeat(9000)}}`;
  expect(gather({ deep: [deep] }).counts.get("deep")?.notUnderstood).toBe(1);
});

it("of two who won and say no more, neither is proven to have been over", () => {
  const won = (at: number, id: number) => [
    ...registers(at, id),
    line(at + 1, `["register ACTIVE service successfully"] [ServerID=${id}]`),
  ];
  const a = [...registers(0, 1), ...serves(1, 1), ...letsGo(5)];
  const b = [...registers(6, 2), ...serves(7, 2), ...letsGo(8)];
  expect(verdictOf("single-active", gather({ a, b }))).toBe("held");
  expect(verdictOf("single-active", gather({ a, b, c: won(10, 3), d: won(12, 4) }))).toBe("cannot be told");
});

it("a role that has but one term may have had another", () => {
  const of = (role: string) => (one: string) => one.replaceAll("jobs", role).replaceAll("Jobs", role);
  const a = [...registers(0, 1), ...serves(1, 1), ...letsGo(5)];
  const b = [...registers(6, 2), ...serves(7, 2), ...letsGo(8)];
  const c = [...registers(0, 3), ...serves(1, 3)].map(of("other"));
  const d = [...registers(2, 4), line(3, '["register ACTIVE service successfully"] [ServerID=4]')].map(
    of("other"),
  );
  expect(verdictOf("single-active", gather({ a, b, c }))).toBe("held");
  expect(verdictOf("single-active", gather({ a, b, c, d }))).toBe("cannot be told");
});

describe("an id that was drawn twice", () => {
  const ours = (at: number, id: number) => [...registers(at, id), ...letsGo(at + 5)];

  it("in two logs is a violation, but not where one may be a copy without instants", () => {
    const a = ours(0, 5);
    expect(verdictOf("unique-ids", gather({ a, b: ours(7, 5) }))).toBe("violated");
    const bare = a.map((one) => one.replace(/^\[[^\]]*\] /u, ""));
    expect(verdictOf("unique-ids", gather({ a, bare }))).toBe("cannot be told");
  });

  it("by one that is recorded, and by one of another role that is logged, is not held", () => {
    const recorded = recordings(
      runOf(
        {
          scenario: scenario({ title: "one", horizonMs: 9000, coordinators: alone("jobs", {}, 2) }),
          decisions: [],
        },
        shipped,
      ),
    );
    const log = (role: string) => ours(0, 1).map((one) => one.replaceAll("jobs", role));
    expect(verdictOf("unique-ids", gather(Object.fromEntries(recorded)))).toBe("held");
    expect(verdictOf("unique-ids", gather({ ...Object.fromEntries(recorded), log: log("jobs") }))).toBe(
      "held",
    );
    expect(verdictOf("unique-ids", gather({ ...Object.fromEntries(recorded), log: log("others") }))).toBe(
      "cannot be told",
    );
  });

  it("in one log is another etcd, or one that lost its data", () => {
    expect(verdictOf("unique-ids", gather({ a: [...ours(0, 1), ...ours(100, 1)] }))).toBe("cannot be told");
  });
});

it("two deployments on one etcd are known by their keys", () => {
  const of = (root: string) => (one: string) => one.replaceAll(" x/session", ` ${root}/session`);
  const a = [...registers(0, 1), finds(1), sees(2), ...serves(3, 1)].map(of("team-a/meta"));
  const b = [...registers(0, 1), finds(1), sees(2), ...serves(3, 1)].map(of("team-b/meta"));
  expect(twoHistoriesIn(gather({ a, b }).sources)?.what).toContain("team-a/meta and under team-b/meta");
  expect(
    twoHistoriesIn(gather({ a, c: a.map((one) => one.replace(" 04:", " 05:")) }).sources),
  ).toBeUndefined();
});

it("a root may be called like metadata", () => {
  const kv = (key: string, value: string, rev: number, created = rev, version = 1) => ({
    key: btoa(`by-dev/milvus-meta/${key}`),
    create_revision: created,
    mod_revision: rev,
    version,
    value: btoa(value),
  });
  const session = (id: number) => JSON.stringify({ ServerID: id, ServerName: "jobs" });
  const told = [
    kv("session/jobs-1", session(1), 3),
    kv("session/jobs", session(1), 4),
    kv("jobs-meta/collection-0", "4:1:1", 5),
  ];
  const deleted = { type: 1, kv: { key: btoa("by-dev/milvus-meta/session/jobs"), mod_revision: 9 } };
  const after = [
    kv("session/jobs", session(2), 10),
    kv("jobs-meta/collection-1", "10:1:1", 11),
    kv("jobs-meta/collection-0", "4:2:1", 12, 5, 2),
  ];
  const lines = [...told.map((one) => ({ kv: one })), deleted, ...after.map((one) => ({ kv: one }))].map(
    (event) =>
      JSON.stringify({
        Header: { cluster_id: 1, member_id: 1, revision: event.kv.mod_revision, raft_term: 2 },
        Events: [event],
      }),
  );
  expect(verdictOf("fencing", gather({ watch: lines }))).toBe("violated");
});

it("a token that a write bears was given out, whether or not a line shows how", () => {
  const kv = (key: string, value: string, rev: number, created = rev, version = 1) => ({
    kv: {
      key: btoa(`x/meta/${key}`),
      create_revision: created,
      mod_revision: rev,
      version,
      value: btoa(value),
    },
  });
  const wins = (rev: number, id: number) =>
    kv("session/jobs", JSON.stringify({ ServerID: id, ServerName: "jobs" }), rev);
  const gone = (rev: number) => ({ type: 1, kv: { key: btoa("x/meta/session/jobs"), mod_revision: rev } });
  const watch = (...events: { kv: { mod_revision: number } }[]) =>
    gather({
      watch: events.map((event) =>
        JSON.stringify({
          Header: { cluster_id: 1, member_id: 1, revision: event.kv.mod_revision, raft_term: 2 },
          Events: [event],
        }),
      ),
    });
  const later = [
    gone(69),
    wins(70, 5),
    kv("jobs-meta/sequence", "70:4", 71, 50, 4),
    gone(79),
    wins(80, 6),
    kv("jobs-meta/sequence", "80:5", 81, 50, 5),
  ];
  const write = (token: number, version: number) =>
    kv("jobs-meta/sequence", `${token}:2`, 58 + version, 50, version);
  expect(verdictOf("fencing", watch(write(53, 2), write(53, 3), ...later))).toBe("held");
  expect(verdictOf("fencing", watch(write(53, 2), write(4, 3), ...later))).toBe("cannot be told");
});

describe("a recording", () => {
  const run = runOf(
    {
      scenario: scenario({
        title: "two that are stopped",
        horizonMs: 200_000,
        ttlSeconds: 20,
        coordinators: alone("jobs", {}, 2),
        faults: [
          { type: "stop", atMs: 61_000, on: "jobs-a" },
          { type: "stop", atMs: 161_000, on: "jobs-b" },
        ],
      }),
      decisions: [],
    },
    shipped,
  );
  const [first, second] = [...recordings(run).values()] as [string[], string[]];
  const events = first.slice(1).map((text) => JSON.parse(text) as TraceEvent);
  const moved = (from: number, byMs: number) =>
    events.map((event, at) =>
      JSON.stringify(at < from ? event : { ...event, at: event.at + byMs, own: (event.own ?? 0) + byMs }),
    );
  const [header = ""] = first;

  it("of a process that stood still while it stopped does not say that it was late", () => {
    const revoked = events.findIndex(({ cause }) => cause.type === "reply" && cause.purpose === "revoke");
    expect(revoked).toBeGreaterThan(0);
    expect(verdictOf(cleanStop.name, gather({ a: [header, ...moved(revoked, 14_000)] }))).toBe(
      "cannot be told",
    );
    const busy = events[revoked - 1] as TraceEvent;
    const awake = Array.from({ length: 20 }, (_, at) =>
      JSON.stringify({
        ...busy,
        cause: { type: "timer", timer: "backOff" },
        steps: [],
        seen: [],
        n: busy.n + 1 + at,
        at: busy.at + at * 1000,
        own: (busy.own ?? 0) + at * 1000,
      }),
    );
    const late = moved(revoked, 25_000)
      .slice(revoked)
      .map((text) => {
        const event = JSON.parse(text) as TraceEvent;
        return JSON.stringify({ ...event, n: event.n + 20 });
      });
    const before = events.slice(0, revoked).map((event) => JSON.stringify(event));
    expect(verdictOf(cleanStop.name, gather({ a: [header, ...before, ...awake, ...late] }))).toBe("violated");
  });

  it("that does not say its activation limit is not judged by the usual one", () => {
    expect(verdictOf("bounded-activation", gather({ a: first }))).toBe("held");
    const old = header.replace(/,"activationLimitMs":\d+/u, "");
    expect(old).not.toBe(header);
    expect(verdictOf("bounded-activation", gather({ a: [old, ...first.slice(1)] }))).toBe("cannot be told");
  });

  it("that was cut, and the next one behind it without a line's end, are two", () => {
    const cut = first.slice(0, -3);
    const torn = `${(first.at(-3) ?? "").slice(0, 40)}${second[0] ?? ""}`;
    const glued = gather({ both: [...cut, torn, ...second.slice(1)] });
    expect(glued.cutLines).toBe(1);
    expect(glued.sources.map(({ name }) => name)).toEqual(["both", `both:${cut.length + 1}`]);
  });

  it("of which the header is missing is not taken for the one before it", () => {
    const joined = gather({ both: [...first.slice(0, -3), ...second.slice(1)] });
    expect(joined.sources).toHaveLength(1);
    expect(joined.counts.get("both")?.notUnderstood).toBe(second.length - 1);
  });

  it("may have lines of megabytes, with what was loaded", () => {
    const at = events.findIndex(({ cause }) => cause.type === "reply" && cause.purpose === "reload");
    expect(at).toBeGreaterThan(0);
    const value = "x".repeat(2_000_000);
    const loaded = { key: "x/jobs-meta/y", value, createRevision: 1, modRevision: 1, version: 1, lease: "0" };
    const long = first.map((text, place) =>
      place === at + 1
        ? text.replace(
            /"kvs":\[(\]?)/u,
            (_, end: string) => `"kvs":[${JSON.stringify(loaded)}${end === "" ? "," : end}`,
          )
        : text,
    );
    const evidence = gather({ a: long, b: [value] });
    expect(evidence.counts.get("a")?.notUnderstood).toBe(0);
    expect(evidence.longLines).toBe(1);
  });
});
