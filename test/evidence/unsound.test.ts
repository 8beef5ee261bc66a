/** True histories, honestly written down, of which less is said than it seems: none is called violated, and none is held that might not be. */
import { describe, expect, it } from "vitest";
import { Evidence } from "../../src/evidence/evidence.ts";
import type { LineMapping } from "../../src/evidence/line-mapping.ts";
import { twoHistoriesIn } from "../../src/evidence/one-history.ts";
import { refuseWrongClocks } from "../../src/cli/validate/vouched-clocks.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";

type Files = Readonly<Record<string, readonly string[]>>;

function gather(files: Files, mapping?: LineMapping): Evidence {
  const evidence = new Evidence(mapping === undefined ? [] : [mapping]);
  for (const [file, lines] of Object.entries(files))
    for (const [at, line] of lines.entries()) evidence.line(file, at + 1, line);
  return evidence;
}

function verdictOf(property: string, { sources }: Evidence, clocksWithinMs?: number): string | undefined {
  const vouched = clocksWithinMs === undefined ? {} : { clocksWithinMs };
  return judgeEvidence(sources, vouched).find((one) => one.property === property)?.type;
}

const served = (evidence: Evidence): string | undefined => verdictOf("single-active", evidence, 100);

/** Lines of leasehold's log of one membership; seconds after 04:00. */
function own(id: number) {
  const line = (second: number, text: string): string => {
    const at = new Date(Date.UTC(2024, 2, 4, 4) + second * 1000).toISOString();
    const stamp = `${at.slice(0, 10).replaceAll("-", "/")} ${at.slice(11, 23)} +00:00`;
    return `[${stamp}] [INFO] [leasehold/election.ts:1] ${text}`;
  };
  return {
    line,
    begins: (at: number) => [
      line(at, `["Session get serverID success"] [key=id] [ServerId=${id}]`),
      line(at, `["Service registered successfully"] [ServerName=jobs] [serverID=${id}]`),
    ],
    serves: (at: number) => [
      line(at, `["register ACTIVE service successfully"] [ServerID=${id}]`),
      line(at, '["Jobs Register Finished"]'),
    ],
    over: (at: number) => [line(at, '["no longer ACTIVE, stopped serving"]')],
  };
}

const [first, second, third] = [own(1), own(2), own(3)] as const;
const ONE = [...first.begins(0), ...first.serves(1), ...first.over(10)];
const TWO = [...second.begins(5), ...second.serves(20), ...second.over(30)];

describe("nobody is known to have served beside another", () => {
  it("where every term is told, it is held", () => {
    expect(served(gather({ a: ONE, b: TWO }))).toBe("held");
  });

  it.each([
    [
      "whose process was killed as a standby and began again in one log",
      [...third.begins(0), ...own(4).begins(4), ...own(4).serves(12)],
    ],
    ["whose log lacks its head", third.over(25)],
    [
      "whose line of serving is missing",
      [...third.begins(0), ...third.serves(12).slice(0, 1), ...third.over(25)],
    ],
    ["whose log ends with the winning", [...third.begins(0), ...third.serves(12).slice(0, 1)]],
  ])("a term %s may have stood beside them", (_, lines) => {
    expect(served(gather({ a: ONE, b: TWO, c: lines }))).toBe("cannot be told");
  });

  it("of whom lines without an id may be, where two write one log, nothing is concluded", () => {
    const both = [...third.begins(0), ...own(4).begins(4), ...own(4).serves(12), ...third.over(15)];
    expect(served(gather({ a: ONE, b: TWO, c: both }))).toBe("cannot be told");
  });

  it("two instances of one service have no common clock", () => {
    const later = [...second.begins(15), ...second.serves(20), ...second.over(30)];
    const exported = (attribute: string): Evidence =>
      gather({ "o.jsonl": [...ONE, ...later].map((line) => record(line, attribute, "jobs")) });
    expect(verdictOf("single-active", exported("service.name"))).toBe("cannot be told");
    expect(verdictOf("single-active", exported("service.instance.id"))).toBe("held");
  });

  it("who registers without an election serves beside nobody", () => {
    const node = (id: number): string[] =>
      [...own(id).begins(3), ...own(id).serves(4).slice(1)].map((line) =>
        line.replaceAll(/jobs/giu, "querynode"),
      );
    expect(served(gather({ a: ONE, b: TWO, c: node(5), d: node(6) }))).toBe("held");
  });

  it("when a collector saw a record is no instant of the record", () => {
    const messages = (line: string): string => {
      const [, text = "", rest = ""] = /\["([^"]*)"\](.*)$/u.exec(line) ?? [];
      const fields = [...rest.matchAll(/\[(\w+)=(\w+)\]/gu)].map(
        ([, key = "", value = ""]) => [key, value] as const,
      );
      return record(text, "host.name", "b", fields);
    };
    expect(served(gather({ a: ONE, b: TWO.map(messages) }))).toBe("cannot be told");
  });
});

/** One record of OTLP, seen by its collector an hour later. */
function record(
  body: string,
  attribute: string,
  name: string,
  fields: readonly (readonly [key: string, value: string])[] = [],
): string {
  const attributes = (all: readonly (readonly [string, string])[]) =>
    all.map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const seen = { observedTimeUnixNano: `${Date.UTC(2024, 2, 4, 5)}000000` };
  const logRecords = [{ ...seen, body: { stringValue: body }, attributes: attributes(fields) }];
  const resource = { attributes: attributes([[attribute, name]]) };
  return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
}

describe("a mapped log", () => {
  const mapping: LineMapping = {
    name: "jobs.yaml",
    hints: {},
    role: "jobs",
    time: /^\S+/u,
    rules: [
      { match: /campaigning/u, says: "campaigning" },
      { match: /elected at (?<token>\d+)/u, says: "active" },
      { match: /leading/u, says: "serving" },
      { match: /resigned/u, says: "stopped" },
    ],
  };
  const at = (second: number, text: string): string => `2024-03-04T04:00:${second}Z ${text}`;

  it("of a process that was killed and started again has two terms", () => {
    const b = [at(20, "elected at 12"), at(21, "leading"), at(25, "resigned")];
    const first = [at(10, "elected at 4"), at(12, "leading")];
    const lost = [...first, at(30, "campaigning"), at(45, "leading")];
    expect(served(gather({ a: lost, b }, mapping))).toBe("cannot be told");
    const again = [...first, at(40, "elected at 20"), at(50, "resigned")];
    expect(served(gather({ a: again, b }, mapping))).toBe("cannot be told");
    // The one that is elected again may be another, in a log that two have written.
    const after = [at(52, "elected at 30"), at(55, "resigned")];
    expect(served(gather({ a: again, b: after }, mapping))).toBe("cannot be told");
    const orderly = [...first, at(20, "resigned"), ...again.slice(2)];
    expect(served(gather({ a: orderly, b: after }, mapping))).toBe("held");
  });

  it("says of all roles what it says of none", () => {
    const two: LineMapping = {
      ...mapping,
      rules: [
        { match: /process exits/u, says: "exited" },
        { match: /elected for (?<role>\S+)/u, says: "active" },
        { match: /leading (?<role>\S+)/u, says: "serving" },
        { match: /resigned from (?<role>\S+)/u, says: "stopped" },
      ],
    };
    const a = [
      at(10, "elected for x"),
      at(11, "elected for y"),
      at(12, "leading x"),
      at(20, "process exits"),
      at(50, "elected for x"),
      at(51, "leading x"),
    ];
    const b = [at(30, "elected for x"), at(31, "leading x"), at(40, "resigned from x")];
    expect(served(gather({ a, b }, two))).toBe("held");
    const hole = a.filter((line) => !line.includes("50Z"));
    expect(served(gather({ a: hole, b }, two))).toBe("cannot be told");
  });

  it("that shares a line with another is no witness, whichever is read first", () => {
    const shared = at(10, "campaigning");
    const a = [shared, at(11, "elected at 4"), at(30, "leading"), at(31, "resigned")];
    const c = [shared, at(20, "elected at 9"), at(25, "resigned")];
    const d = [at(40, "elected at 30"), at(41, "resigned")];
    const e = [at(50, "elected at 50"), at(51, "resigned")];
    for (const files of [
      { a, c, d, e },
      { c, a, d, e },
    ])
      expect(served(gather(files, mapping))).toBe("cannot be told");
  });

  it("whose instants go back orders nothing", () => {
    const a = [at(40, "leading"), at(45, "resigned"), at(10, "elected at 20"), at(12, "leading")];
    const b = [at(20, "elected at 9"), at(25, "leading"), at(30, "resigned")];
    expect(served(gather({ a, b }, mapping))).toBe("cannot be told");
    expect(served(gather({ a: a.toSorted(), b }, mapping))).toBe("violated");
  });
});

it("clocks are refuted by what was certainly later, and not by a second role of one process", () => {
  const process = (id: number, shift = 0): string[] =>
    ["jobs", "mails"].flatMap((role, at) => {
      const begins = at * 2 + id / 10 + 60 + shift;
      const lines = [
        own(id).line(begins, '["Session try to connect to etcd"]'),
        ...own(id).begins(begins + 0.05),
      ];
      // The second role takes the id of the first.
      return lines
        .filter((line) => at === 0 || !line.includes("get serverID"))
        .map((line) => line.replaceAll("jobs", role));
    });
  const refused = (b: readonly string[]) => () =>
    refuseWrongClocks(1000, gather({ a: process(1), b }).sources);
  expect(refused(process(2))).not.toThrow();
  expect(refused(process(2, -50))).toThrow("the clock of b is at least");
});

it("one log in two forms draws no id twice", () => {
  const blanks = ONE.map((line) => `${line}  `);
  expect(verdictOf("unique-ids", gather({ a: ONE, b: blanks }))).toBe("cannot be told");
  const other = ONE.map((line) => line.replace("04:00:0", "04:00:3"));
  expect(verdictOf("unique-ids", gather({ a: ONE, b: other }))).toBe("violated");
});

describe("of the store", () => {
  const kv = (key: string, revision: number, value: string, created = revision, version = 1) => ({
    key: Buffer.from(`by-dev/meta/${key}`).toString("base64"),
    create_revision: created,
    mod_revision: revision,
    version,
    value: Buffer.from(value).toString("base64"),
  });
  const watched = (...kvs: ReturnType<typeof kv>[]): string =>
    JSON.stringify({ Header: { revision: kvs[0]?.mod_revision }, Events: kvs.map((one) => ({ kv: one })) });
  const gone = (key: string, revision: number): string => {
    const deleted = { key: Buffer.from(`by-dev/meta/${key}`).toString("base64"), mod_revision: revision };
    return JSON.stringify({ Header: { revision }, Events: [{ type: 1, kv: deleted }] });
  };
  const session = (id: number): string => `{"ServerID":${id}}`;
  const told = [
    watched(kv("session/jobs", 4, session(1))),
    watched(kv("jobs-meta/sequence", 5, "4:1")),
    gone("session/jobs", 8),
    watched(kv("session/jobs", 9, session(2))),
    watched(kv("jobs-meta/sequence", 10, "9:1", 5, 2)),
  ];

  it("fencing is held by a watch, and not where a change is missing or only shown", () => {
    expect(verdictOf("fencing", gather({ w: told }))).toBe("held");
    expect(verdictOf("fencing", gather({ w: told.filter((_, at) => at !== 2) }))).toBe("cannot be told");
    const shown = [watched, watched].map((_, at) =>
      JSON.stringify({
        header: { revision: at === 0 ? 6 : 11 },
        kvs:
          at === 0
            ? [kv("session/jobs", 4, session(1)), kv("jobs-meta/a", 5, "4:1")]
            : [kv("session/jobs", 9, session(2)), kv("jobs-meta/b", 10, "9:1")],
      }),
    );
    expect(verdictOf("fencing", gather({ s: shown }))).toBe("cannot be told");
    expect(verdictOf("one-key-holder", gather({ s: shown }))).toBe("cannot be told");
  });

  it("nothing is held beside a line that is cut, or a watch that was cancelled and went on", () => {
    const cut = told.with(2, (told[2] ?? "").slice(0, 40));
    expect(verdictOf("fencing", gather({ w: cut }))).toBe("cannot be told");
    const key = Buffer.from("by-dev/meta/other").toString("base64");
    const canceled = JSON.stringify({ Header: { revision: 8 }, Events: [], Canceled: true });
    const first = JSON.stringify({ Header: { revision: 3 }, Events: [{ kv: { key, mod_revision: 3 } }] });
    for (const [lines, type] of [
      [[canceled, first, ...told], "held"],
      [told.toSpliced(3, 0, canceled), "cannot be told"],
      [[...told, canceled], "held"],
    ] as const)
      expect(verdictOf("fencing", gather({ w: lines }))).toBe(type);
  });

  it("whoever held the key, and is in no log, may have served", () => {
    const a = [...first.begins(0), ...first.serves(1), ...first.over(10)];
    const b = [...second.begins(5), ...second.serves(20), ...second.over(30)];
    expect(served(gather({ a, b, w: told }))).toBe("held");
    const other = told.with(3, watched(kv("session/jobs", 9, session(7))));
    expect(served(gather({ a, b, w: other }))).toBe("cannot be told");
  });

  it("a service's own metadata is neither token nor session", () => {
    const own = [
      watched(kv("session/jobs", 4, session(1))),
      watched(kv("jobs-meta/collection-1", 5, "1 ticket")),
      gone("session/jobs", 8),
      watched(kv("session/jobs", 9, session(2))),
      watched(kv("jobs-meta/collection-1", 10, "2 tickets", 5, 2)),
      watched(kv("jobs-meta/session/cart", 11, session(3))),
      watched(kv("jobs-meta/session/cart", 12, session(4), 11, 2)),
    ];
    expect(verdictOf("fencing", gather({ w: own }))).toBe("cannot be told");
    expect(verdictOf("one-key-holder", gather({ w: own }))).toBe("held");
  });

  it("one revision that does two things is of two histories", () => {
    const other = [watched(kv("session/jobs", 4, session(7)))];
    expect(twoHistoriesIn(gather({ w: told }).sources)).toBeUndefined();
    expect(twoHistoriesIn(gather({ w: told, x: told }).sources)).toBeUndefined();
    expect(twoHistoriesIn(gather({ w: told, x: other }).sources)?.at).toBe("w:1 and x:1");
  });
});
