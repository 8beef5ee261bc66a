/** A killed coordinator says nothing more: that is no proof that it had ceased to serve, and its supervisor's word is one. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { coordinator, scenario } from "../../src/simulation/scenario.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { milvusLogs, ownLogs, recordings, runOf, type Files } from "./print-run.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-ended-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first is killed after 61 s; the other serves a TTL later. */
const run = runOf(
  {
    scenario: scenario({
      title: "a crash",
      horizonMs: 150_000,
      ttlSeconds: 20,
      coordinators: [coordinator("a", "rootcoord"), coordinator("b", "rootcoord", { startAtMs: 50 })],
      faults: [{ type: "crash", atMs: 61_000, on: "a" }],
    }),
    decisions: [],
  },
  shipped,
);
const KILLED = "2024-03-04T04:22:35Z";
const written = (files: Files): string[] =>
  [...files].map(([name, lines]) => {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    return join(folder, name);
  });
const LOGS = written(ownLogs(run));
const RECORDINGS = written(recordings(run));
const [A = "", B = ""] = LOGS;
const [RECORDED = ""] = RECORDINGS;

async function verdictOf(...args: readonly string[]) {
  const { code, out } = await leasehold(["validate", ...args, "--json"]);
  const { promises } = JSON.parse(out) as {
    promises: { property: string; verdict: string; why?: string; remedy?: string; of?: string }[];
  };
  return { code, ...promises.find(({ property }) => property === "single-active") };
}

describe("single-active after a crash", () => {
  it("is not told by silence, and what would tell is named with the lines", async () => {
    const { remedy, verdict, why } = await verdictOf(...LOGS, "--clocks-within", "1s");
    expect(verdict).toBe("cannot be told");
    expect(why).toMatch(/a\.log serves .*a\.log:\d+.*no line says that it had ceased when .*b\.log began/u);
    expect(remedy).toContain("--ended FILE=INSTANT");
  });

  it.each([
    ["by the logs", [A, B], A],
    ["where the killed one was recorded", [RECORDED, B], RECORDED],
    ["where both are logged and recorded", [...LOGS, ...RECORDINGS], RECORDED],
  ])("is held %s, once its end and the clocks are vouched for", async (_, files, name) => {
    const ended = ["--ended", `${name}=${KILLED}`];
    expect(await verdictOf(...files, ...ended, "--clocks-within", "1s")).toMatchObject({
      verdict: "held",
      of: "2 terms of service that are told, of rootcoord: each was over before the next began, by clocks that are vouched for",
    });
    expect((await verdictOf(...files, ...ended)).verdict).toBe("cannot be told");
    // The other begins some 80 s in: an end so near to it proves nothing by clocks that differ as much.
    expect((await verdictOf(...files, ...ended, "--clocks-within", "60s")).verdict).toBe("cannot be told");
  });

  it("is the same of Milvus' logs, which tell of no end either", async () => {
    const [first = "", second = ""] = written(
      new Map([...milvusLogs(run)].map(([name, lines]) => [`milvus-${name}`, lines])),
    );
    const flags = ["--clocks-within", "1s"];
    expect((await verdictOf(first, second, ...flags)).verdict).toBe("cannot be told");
    expect((await verdictOf(first, second, ...flags, "--ended", `${first}=${KILLED}`)).verdict).toBe("held");
  });
});

it("a role that is won, and never told to be served or over, leaves single-active untold", async () => {
  const [first = "", second = ""] = written(
    new Map([...milvusLogs(run)].map(([name, lines]) => [`told-${name}`, lines])),
  );
  const won = (id: number): string[] => [
    `[2024/03/04 12:22:50.000 +08:00] [DEBUG] [sessionutil/session_util.go:1] ["Session get serverID success"] [key=id] [ServerId=${id}]`,
    `[2024/03/04 12:22:50.010 +08:00] [INFO] [sessionutil/session_util.go:1] ["serverName: rootcoord enter STANDBY mode"]`,
    `[2024/03/04 12:22:50.020 +08:00] [INFO] [sessionutil/session_util.go:1] ["register ACTIVE rootcoord"] [ServerID=${id}]`,
  ];
  const [third = ""] = written(new Map([["won.log", won(3)]]));
  const flags = ["--clocks-within", "100ms", "--ended", `${first}=${KILLED}`];
  expect((await verdictOf(first, second, ...flags)).verdict).toBe("held");
  const { verdict, why } = await verdictOf(first, second, third, ...flags);
  expect(verdict).toBe("cannot be told");
  expect(why).toContain(`${third} won rootcoord (${third}:3), and no line says whether it served`);
  const over = ["--ended", `${third}=2024-03-04T04:22:52Z`];
  expect((await verdictOf(first, second, third, ...flags, ...over)).verdict).toBe("held");
});

it("docs/examples/crash holds the logs of this run", () => {
  for (const [name, lines] of ownLogs(run)) {
    const path = `docs/examples/crash/${name}`;
    if (process.env["UPDATE_DOCS"] !== undefined) {
      mkdirSync("docs/examples/crash", { recursive: true });
      writeFileSync(path, `${lines.join("\n")}\n`);
    }
    expect(readProjectFile(path)).toBe(`${lines.join("\n")}\n`);
  }
});

describe("--ended", () => {
  it.each([
    ["nobody.log=2024-03-04T04:22:35Z", "nobody is called so"],
    [`${A}=yesterday`, "it names no file and instant"],
    [`${A}=2024-03-04T04:22:35`, "it names no file and instant"],
    ["=2024-03-04T04:22:35Z", "it names no file and instant"],
    [`${A}=2024-03-04T04:21:00Z`, "its process wrote on after that"],
  ])("%s is refused", async (given, says) => {
    const { exitCode, message } = await refusalOf(["validate", ...LOGS, "--ended", given]);
    expect(exitCode).toBe(2);
    expect(message).toContain(says);
  });

  it.each([
    [
      "in the log's own form",
      '[2024/03/04 12:23:30.000 +08:00] [INFO] [rootcoord/x.go:900] ["create collection"]',
    ],
    [
      "of etcd's client",
      '{"level":"warn","ts":"2024-03-04T04:23:30.000Z","msg":"retrying of unary invoker failed"}',
    ],
    ["that its container's runtime dated", "2024-03-04T04:23:30.123456789Z panic: no more"],
  ])("is refused by a line about other things %s, wherever it stands", async (what, line) => {
    const lines = readFileSync(A, "utf8").split("\n");
    const name = `on-${what.slice(0, 7).trim().replaceAll(/\W/gu, "-")}.log`;
    const [file = ""] = written(new Map([[name, [...lines.slice(0, 8), line, ...lines.slice(8, -1)]]]));
    const flags = ["--clocks-within", "1s", "--ended"];
    const { exitCode, message } = await refusalOf(["validate", file, B, ...flags, `${file}=${KILLED}`]);
    expect(exitCode).toBe(2);
    expect(message).toContain(`its process wrote on after that: ${file}:9 is of 2024/03/04 04:23:30`);
    // By then it had written the last of them.
    expect((await verdictOf(file, B, ...flags, `${file}=2024-03-04T04:23:30Z`)).code).not.toBe(2);
  });

  it("names one of several that wrote a file", async () => {
    const [merged = ""] = written(
      new Map([
        [
          "compose.log",
          [...ownLogs(run)].flatMap(([name, lines]) => lines.map((line) => `${name.slice(0, 1)} | ${line}`)),
        ],
      ]),
    );
    const { message } = await refusalOf(["validate", merged, "--ended", `${merged}=${KILLED}`]);
    expect(message).toContain(`name one of these: ${merged}: a, ${merged}: b`);
    expect(
      (await verdictOf(merged, "--ended", `${merged}: a=${KILLED}`, "--clocks-within", "1s")).verdict,
    ).toBe("held");
  });
});
