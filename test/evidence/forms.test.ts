/** Forms beside Milvus' and leasehold's own: other elections by a mapping, OTLP, recordings in several files; and clocks vouched for. */
import fc from "fast-check";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { cases } from "../../properties/arbitraries.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import { readMapped, type LineMapping } from "../../src/evidence/line-mapping.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import { tellRun } from "../../src/evidence/told-run.ts";
import { alignClocks } from "../../src/evidence/align.ts";
import { readAnyInstant } from "../../src/milvus/log-format.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { gather as gatherFiles } from "../../src/cli/validate/gather.ts";
import { keptTerminal, leasehold, refusalOf, userErrorOf } from "../cli/helpers.ts";
import "../helpers/seed.ts";
import { recordings, runOf } from "./print-run.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-forms-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, ...lines: readonly string[]): string => {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
};

function gather(files: ReadonlyMap<string, readonly string[]>): Evidence {
  const evidence = new Evidence();
  for (const [file, lines] of files) lines.forEach((line, at) => evidence.line(file, at + 1, line));
  return evidence;
}

describe("clocks that a user vouches for", () => {
  const milvus = (second: number, rest: string): string =>
    `[2024/03/04 04:21:${String(second).padStart(2, "0")}.000 +00:00] [INFO] [a/b.go:1] ${rest}`;
  const registered = (id: number): string =>
    `["Service registered successfully"] [ServerName=rootcoord] [serverID=${id}]`;
  const leaving = (id: number): string =>
    `["RootCoord disconnected from etcd, process will exit"] ["Server Id"=${id}]`;
  const first = written(
    "first.log",
    milvus(1, registered(1)),
    milvus(2, '["RootCoord startup success"]'),
    milvus(40, leaving(1)),
  );
  const second = written(
    "second.log",
    milvus(3, registered(2)),
    milvus(20, '["RootCoord startup success"]'),
    milvus(50, leaving(2)),
  );

  it.each([
    ["100ms", 1, "violated"],
    ["15s", 1, "violated"],
    ["20s", 3, "cannot be told"],
  ])("within %s prove as much as that allows", async (within, exit, verdict) => {
    const { code, out } = await leasehold(["validate", first, second, "--clocks-within", within, "--json"]);
    const { promises } = JSON.parse(out) as {
      promises: { property: string; verdict: string; evidence?: string[] }[];
    };
    const found = promises.find(({ property }) => property === "single-active");
    expect([code, found?.verdict]).toEqual([exit, verdict]);
    if (verdict === "violated")
      expect(found?.evidence).toEqual([`${first}:2`, `${second}:2`, `${first}:3`, `${second}:3`]);
  });

  it("prove nothing where nobody does", async () => {
    expect((await leasehold(["validate", first, second])).code).toBe(3);
  });
});

describe("a mapping", () => {
  const CLIENT_GO = "docs/examples/other-elections/client-go.yaml";
  const LOGS = ["a", "b"].map((name) => `docs/examples/other-elections/controller-${name}.log`);

  it("lets the same judge hear of another election", async () => {
    const flags = ["--mapping", CLIENT_GO];
    const { code, out } = await leasehold(["validate", ...LOGS, ...flags, "--clocks-within", "100ms"]);
    expect(code).toBe(1);
    expect(out).toContain("controller-b.log begins to serve controller (");
    expect((await leasehold(["validate", ...LOGS, ...flags])).code).toBe(3);
    // Without it there is no election in these.
    expect((await leasehold(["validate", ...LOGS])).out).toContain("No election evidence");
  });

  it("of client-go fits its structured lines too", async () => {
    const at = (second: number, text: string): string =>
      `I0304 04:21:${String(second).padStart(2, "0")}.000211       1 leaderelection.go:257] ${text}`;
    const lock = 'lock="kube-system/controller"';
    const first = written(
      "structured-a.log",
      at(1, `"Attempting to acquire leader lease..." ${lock}`),
      at(2, `"Successfully acquired lease" ${lock}`),
      at(12, `"Successfully renewed lease" ${lock}`),
      at(40, `"Successfully renewed lease" ${lock}`),
      at(50, `"Failed to renew lease" ${lock} err="context deadline exceeded"`),
      'E0304 04:21:50.000300       1 leaderelection.go:95] "leaderelection lost"',
    );
    const second = written(
      "structured-b.log",
      at(3, `"Lease is held by and has not yet expired" ${lock} holder="a"`),
      at(30, `"Successfully acquired lease" ${lock}`),
      at(45, `"Successfully renewed lease" ${lock}`),
    );
    const flags = ["--mapping", CLIENT_GO, "--clocks-within", "1s", "--json"];
    const { code, out } = await leasehold(["validate", first, second, ...flags]);
    const { files, promises } = JSON.parse(out) as {
      files: { used: number }[];
      promises: { property: string; evidence?: string[] }[];
    };
    expect(code).toBe(1);
    expect(files.map(({ used }) => used)).toEqual([6, 3]);
    expect(promises.find(({ property }) => property === "single-active")?.evidence).toEqual([
      `${first}:2`,
      `${second}:2`,
      `${first}:4`,
      `${second}:3`,
    ]);
  });

  it("takes tokens and ids from named groups, and the instant from one of its own", () => {
    const mapping: LineMapping = {
      name: "m",
      time: /^\S+/u,
      hints: {},
      rules: [{ match: /(?<role>\w+) won by (?<serverId>\d+) at revision (?<token>\d+)/u, says: "won" }],
    };
    expect(readMapped(mapping, "2024-03-04T04:21:34.5Z jobs won by 7 at revision 12")).toEqual({
      when: { at: Date.UTC(2024, 2, 4, 4, 21, 34, 500), grainMs: 100 },
      meaning: { type: "milestone", milestone: "won", role: "jobs", serverId: 7, token: 12 },
    });
    expect(readMapped(mapping, "2024-03-04T04:21:34.5Z nothing of interest")).toBe("other");
  });

  it("of one log in two files makes no two of one process", async () => {
    const lines = [
      "I0304 04:21:34.0 1 a.go:1] successfully acquired lease x",
      "I0304 04:21:44.0 1 a.go:1] successfully renewed lease x",
    ];
    const files = [written("one.log", ...lines), written("same.log", ...lines)];
    const { code } = await leasehold([
      "validate",
      ...files,
      "--mapping",
      CLIENT_GO,
      "--clocks-within",
      "1ms",
    ]);
    expect(code).toBe(3);
  });

  it.each([
    ["lines: []", "lines is no list of rules"],
    ["role: x", "it has no lines"],
    ["lines: [{match: '(', says: won}]", "it is no regular expression"],
    ["lines: [{match: 'a(?<tokn>b)', says: won}]", "did you mean token?"],
    ["lines: [{match: a, says: wn}]", "did you mean won?"],
    ["lines: [{match: a}]", "it says nothing"],
    ["lines: [{match: a, says: won}]\nzone: nowhere", "is no offset from UTC"],
    ["lines: [{match: a, says: won}]\ntimes: x", "did you mean time or lines?"],
    ["- a", "this is no group of fields"],
    ["", "the file is empty"],
  ])("that is wrong is refused with its place: %j", async (text, says) => {
    const { code, err } = await leasehold([
      "validate",
      LOGS[0] ?? "",
      "--mapping",
      written("bad.yaml", text),
    ]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it("whose regular expression does not come to an end is named, with the line", async () => {
    const rule = { match: /(a+)+b/u, says: "won" } as const;
    const mapping: LineMapping = { name: "slow.yaml", hints: {}, rules: [rule] };
    const file = written("slow.log", "an ordinary line", "a".repeat(50), "another");
    const { message } = await userErrorOf(() =>
      gatherFiles([file], new Evidence([mapping]), [mapping], keptTerminal().terminal, 100),
    );
    expect(message).toContain(`slow.yaml: (a+)+b does not come to an end on ${file}:2`);
  });

  it("that is not there is one message", async () => {
    const { message } = await refusalOf(["validate", LOGS[0] ?? "", "--mapping", join(folder, "none.yaml")]);
    expect(message).toContain("there is no such file");
  });
});

it.each([
  ["2024-03-04T04:21:34.394Z", {}, Date.UTC(2024, 2, 4, 4, 21, 34, 394)],
  ["2024-03-04 12:21:34,394+0800", {}, Date.UTC(2024, 2, 4, 4, 21, 34, 394)],
  ["0304 04:21:34.394123", { year: 2024, offsetMinutes: 60 }, Date.UTC(2024, 2, 4, 3, 21, 34, 394)],
  ["1709526094.394", {}, 1_709_526_094_394],
  ["1709526094394", {}, 1_709_526_094_394],
  ["1709526094394000000", {}, 1_709_526_094_394],
  ["2024-03-04 04:21:34", {}, undefined],
  ["0304 04:21:34.394123", { offsetMinutes: 0 }, undefined],
  ["yesterday", {}, undefined],
])("the instant %s is read, or not, as it is written", (text, hints, expected) => {
  expect(readAnyInstant(text, hints)?.at).toBe(expected);
});

describe("OTLP", () => {
  const attribute = (key: string, value: string | number) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  });
  const resource = (name: string) => ({
    attributes: [attribute("k8s.pod.name", name), attribute("service.name", "milvus")],
  });
  const nanos = (second: number): string => String(BigInt(Date.UTC(2024, 2, 4, 4, 21, second)) * 1_000_000n);

  it("gives records of logs as the lines or messages that they are", () => {
    const record = (second: number, body: string, ...attributes: object[]) => ({
      timeUnixNano: nanos(second),
      body: { stringValue: body },
      attributes,
    });
    const records = [
      record(
        1,
        '[2024/03/04 04:21:01.500 +00:00] [INFO] [a/b.go:1] ["Service registered successfully"] [ServerName=rootcoord] [serverID=7]',
      ),
      record(2, "register ACTIVE rootcoord", attribute("revision", 21)),
      record(3, "search done"),
    ];
    const request = JSON.stringify({
      resourceLogs: [{ resource: resource("pod-0"), scopeLogs: [{ logRecords: records }] }],
    });
    const [source] = gather(new Map([["logs.json", [request]]])).sources;
    expect(source?.name).toBe("logs.json: pod-0");
    const facts = source?.type === "log" ? source.facts : [];
    expect(facts.map(({ at }) => at)).toEqual([
      Date.UTC(2024, 2, 4, 4, 21, 1, 500),
      Date.UTC(2024, 2, 4, 4, 21, 2),
    ]);
    expect(facts[1]?.what).toMatchObject({ milestone: "won", role: "rootcoord", token: 21 });
  });

  it("gives leasehold's terms of office", () => {
    const span = {
      name: "leasehold.term",
      startTimeUnixNano: nanos(5),
      endTimeUnixNano: nanos(30),
      attributes: [
        attribute("leasehold.role", "jobs"),
        attribute("leasehold.server_id", 3),
        attribute("leasehold.token", 44),
        attribute("leasehold.end.reason", "claim ended"),
      ],
      events: [
        { name: "serving", timeUnixNano: nanos(6) },
        { name: "serving no longer", timeUnixNano: nanos(29) },
      ],
    };
    const request = JSON.stringify({
      resourceSpans: [{ resource: resource("pod-1"), scopeSpans: [{ spans: [span] }] }],
    });
    const [source] = gather(new Map([["spans.json", [request]]])).sources;
    const facts = source?.type === "log" ? source.facts : [];
    expect(facts.map(({ what }) => what)).toMatchObject([
      { milestone: "won", role: "jobs", serverId: 3, token: 44 },
      { milestone: "active" },
      { milestone: "deposed" },
      { milestone: "lost", reason: "claim ended" },
    ]);
  });
});

describe("recordings in several files", () => {
  it("are judged and drawn as the one that they are", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(cases(), fc.nat(), (given, dice) => {
        const whole = recordings(runOf(given, shipped));
        const split = new Map<string, readonly string[]>();
        for (const [file, lines] of whole) {
          const [header = "", ...events] = lines;
          const at = events.length < 3 ? 0 : 1 + (dice % (events.length - 2));
          const last = JSON.parse(events[at - 1] ?? "{}") as { at?: number };
          if (at === 0) split.set(file, lines);
          else {
            const end = JSON.stringify({
              type: "end",
              events: at,
              at: last.at,
              ended: "horizon",
              verdicts: [],
            });
            split.set(`${file}.1`, [header, ...events.slice(0, at), end]);
            split.set(file, [header, ...resumed(events.slice(at), events[at - 1] ?? "")]);
          }
        }
        const judged = (files: ReadonlyMap<string, readonly string[]>): readonly string[] =>
          judgeEvidence(gather(files).sources).map(({ property, type }) => `${property} ${type}`);
        expect(judged(split)).toEqual(judged(whole));
        const { sources } = gather(split);
        expect(sources).toHaveLength(whole.size);
        for (const source of sources)
          if (source.type === "recording") expect(source.stretches).toHaveLength(1);
        expect(tellRun(sources, alignClocks(sources).clocks, []).lanes.length).toBeLessThanOrEqual(
          whole.size,
        );
      }),
      { numRuns: 15 },
    );
  });
});

it("copies of recordings, also early ones, and recordings in one file, say what they say alone", () => {
  const judged = ({ sources }: Evidence): readonly string[] =>
    judgeEvidence(sources).map(({ property, type }) => `${property} ${type}`);
  fc.assert(
    fc.property(cases(), fc.nat(), (given, where) => {
      const whole = recordings(runOf(given, shipped));
      const early = [...whole].map(([file, lines]): [string, readonly string[]] => [
        `copy-${file}`,
        lines.slice(0, 1 + (where % lines.length)),
      ]);
      const truth = judged(gather(whole));
      const copied = gather(new Map([...early, ...whole]));
      expect(judged(copied)).toEqual(truth);
      expect(copied.copies).toBe(early.reduce((sum, [, lines]) => sum + lines.length - 1, 0));
      expect(judged(gather(new Map([["all", [...whole.values()].flat()]])))).toEqual(truth);
    }),
    { numRuns: 10 },
  );
});

/** What goes on from an earlier file says where the chart stands, and until when it claims to serve. */
function resumed(events: readonly string[], before: string): string[] {
  const { at, node, own } = JSON.parse(before) as { at: number; node: string; own: number };
  const first = { type: "event", n: 1, at, own, node, cause: { type: "resume" } };
  return [first, ...events.map((line, index) => ({ ...(JSON.parse(line) as object), n: index + 2 }))].map(
    (one) => JSON.stringify(one),
  );
}

describe("what is to be written", () => {
  const LOG = "docs/examples/incident/rootcoord-a.log";

  it("never takes the place of what is read", async () => {
    const file = written("kept.log", readProjectFile(LOG).trimEnd());
    for (const flags of [
      ["--as-scenario", file],
      ["--export", "html", "--out", file],
    ]) {
      expect((await refusalOf(["validate", file, ...flags])).message).toContain(
        "it is the file that is read",
      );
      expect(readFileSync(file, "utf8")).toBe(readProjectFile(LOG));
    }
  });

  it.each([
    [["--out", "x.html"], "there is no export to be written"],
    [["--as-scenario", folder], "--as-scenario"],
    [
      ["--as-scenario", join(folder, "x"), "--export", "itf", "--out", join(folder, "x")],
      "--as-scenario is to write that file too",
    ],
  ])("is refused before anything is read: %j", async (flags, says) => {
    const { exitCode, message } = await refusalOf(["validate", LOG, ...flags]);
    expect(exitCode).toBeGreaterThan(1);
    expect(message).toContain(says);
  });

  it("needs an election", async () => {
    const empty = written("empty.log");
    expect((await refusalOf(["validate", empty, "--lanes"])).message).toContain("there is nothing to draw");
    expect((await leasehold(["validate", empty])).out).toContain("1 file: 0 lines used");
  });

  it("is a page, lanes, a scenario, and what became of it as JSON", async () => {
    const page = join(folder, "told.itf.json");
    expect((await leasehold(["validate", LOG, "--export", "itf", "--out", page])).out).toBe(
      `${page} is written\n`,
    );
    expect(readFileSync(page, "utf8")).toContain("what was logged");
    const lanes = await leasehold(["validate", LOG, "--lanes", "--width", "100"]);
    expect(lanes.out).toContain("… nothing more is known");
    const file = join(folder, "case.yaml");
    const { out } = await leasehold(["validate", LOG, "--as-scenario", file, "--json"]);
    const { nearestScenario } = JSON.parse(out) as { nearestScenario: { file: string; of: number } };
    expect(nearestScenario).toMatchObject({ file, of: 11 });
    expect(readFileSync(file, "utf8")).toContain("coordinators:");
  });
});
