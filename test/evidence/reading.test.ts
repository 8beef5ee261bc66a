/** Lines as people really have them: wrapped, cut, joined, coloured, newest first; and what is no log. */
import { gzipSync } from "node:zlib";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Evidence } from "../../src/evidence/evidence.ts";
import { inOwnOrder } from "../../src/evidence/own-order.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import { fromBase64 } from "../../src/evidence/base64.ts";
import { unwrap } from "../../src/evidence/unwrap.ts";
import { readEntries } from "../../src/milvus/read-format.ts";
import { meaningOf } from "../../src/milvus/read-lines.ts";
import { catalogue } from "../../properties/catalogue.ts";
import { CANNOT_TELL } from "../../src/evidence/cannot-tell.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { readProjectFile } from "../helpers/repository.ts";

const WON =
  '[2024/03/04 04:21:34.394 +08:00] [INFO] [sessionutil/session_util.go:1027] ["register ACTIVE rootcoord"] [revision=21]';

describe("a wrapped line", () => {
  it.each([
    ["docker compose, in colour", `\u001B[36mmilvus-a  | \u001B[0m${WON}`, "milvus-a"],
    ["kubectl --prefix", `[pod/milvus-rootcoord-0/rootcoord] ${WON}`, "milvus-rootcoord-0/rootcoord"],
    ["docker's json-file", JSON.stringify({ log: `${WON}\n`, stream: "stdout" }), undefined],
    ["a Loki export", JSON.stringify({ line: WON, labels: { pod: "a-0" } }), "a-0"],
    ["a Loki table", `2025-08-28 00:54:33.544\t${WON}`, undefined],
    ["a CI log", `2023-09-19T18:33:51.7726165Z ${WON}`, undefined],
    ["grep", `milvus.log:12:${WON}`, "milvus.log"],
    ["line numbers", `   17\t${WON}`, undefined],
    ["something unknown", `<14>host app: ${WON}`, undefined],
  ])("of %s is the line itself", (_, line, from) => {
    const { layers = [line], ...unwrapped } = unwrap(line);
    expect(unwrapped).toEqual(from === undefined ? { text: WON } : { text: WON, from });
    expect(layers[0]).toBe(line);
  });
});

describe("an entry", () => {
  it("tells its instant, level, message and fields", () => {
    const [entry] = readEntries(WON).entries;
    expect(entry?.epochMs).toBe(Date.UTC(2024, 2, 3, 20, 21, 34, 394));
    expect(meaningOf(entry ?? { caller: "", message: "", fields: new Map() })).toEqual({
      type: "milestone",
      milestone: "won",
      form: "2.6",
      role: "rootcoord",
      token: 21,
    });
  });

  it("that is cut within a quotation keeps the fields before it", () => {
    const { cut, entries } = readEntries(`${WON} [key="by-dev/me`);
    expect(cut).toBe(true);
    expect(entries[0]?.fields).toEqual(new Map([["revision", "21"]]));
  });

  it("that is glued to another is two", () => {
    expect(readEntries(WON + WON).entries).toHaveLength(2);
  });

  it("keeps brackets and escapes that stand in its message", () => {
    const text = String.raw`[2024/03/04 04:21:34.394 +00:00] [WARN] [a/b.go:1] ["odd [x] = \"y\"\n"] [empty=]`;
    const [entry] = readEntries(text).entries;
    expect(entry?.message).toBe('odd [x] = "y"\n');
    expect(entry?.fields.get("empty")).toBe("");
  });

  it("of a watch tells the key as Go prints it", () => {
    const text = String.raw`[2024/03/04 04:21:34.394 +00:00] [DEBUG] [a/b.go:1] ["watch the ACTIVE key"] [DELETE="key:\"by-dev/meta/session/rootcoord\" mod_revision:167 "]`;
    const [entry] = readEntries(text).entries;
    const kv = {
      key: "by-dev/meta/session/rootcoord",
      modRevision: 167,
      createRevision: 0,
      version: 0,
      lease: "0",
    };
    expect(entry && meaningOf(entry)).toEqual({ type: "watched", event: "DELETE", kv });
  });
});

describe("gathered evidence", () => {
  const gather = (...lines: string[]): Evidence => {
    const evidence = new Evidence();
    lines.forEach((line, at) => evidence.line("a.log", at + 1, line));
    return evidence;
  };

  it("counts what is used, what is about other things, and what is not understood", () => {
    const other = '[2024/03/04 04:21:34.391 +00:00] [INFO] [proxy/impl.go:1] ["search done"]';
    const etcd = '{"level":"warn","ts":"2024-03-04T04:21:34Z","msg":"retrying"}';
    const { counts } = gather(WON, other, etcd, "panic: oh", "goroutine 1 [running]:", "");
    expect(counts.get("a.log")).toEqual({ used: 1, skipped: 2, notUnderstood: 2 });
  });

  it("is in the order of its own clock, also if printed newest first", () => {
    const at = (second: number): string => WON.replace(":34.394", `:${second}.394`);
    const [source] = gather(at(40), at(36), at(35), at(34)).sources;
    expect(source?.type).toBe("log");
    if (source?.type !== "log") return;
    expect(inOwnOrder(source.facts).map(({ place }) => place.line)).toEqual([4, 3, 2, 1]);
  });

  it("keeps lease ids that JavaScript's numbers cannot", () => {
    const kv = { key: "YnktZGV2L21ldGEvc2Vzc2lvbi9yb290Y29vcmQ=", mod_revision: 2, version: 1, lease: 0 };
    const line = JSON.stringify({ Header: { revision: 2 }, Events: [{ kv }] }).replace(
      '"lease":0',
      '"lease":7587899231742272263',
    );
    const [source] = gather(line).sources;
    const what = source?.type === "store" ? source.facts[0]?.what : undefined;
    expect(what?.type === "change" && what.kv.lease).toBe("7587899231742272263");
  });

  it("takes all changes of a line or none, and a revision beyond exact numbers for none", () => {
    const kv = (revision: string): string =>
      `{"kv":{"key":"YQ==","create_revision":${revision},"mod_revision":${revision},"version":1}}`;
    const line = (...kvs: string[]): string => `{"Header":{"revision":9},"Events":[${kvs.join(",")}]}`;
    const evidence = gather(line(kv("7")), line(kv("8"), kv("9007199254740993")));
    expect(evidence.counts.get("a.log")).toEqual({ used: 1, skipped: 0, notUnderstood: 1 });
    expect(evidence.sources.flatMap((one) => ("facts" in one ? one.facts : []))).toHaveLength(1);
  });

  it("reads base64 as bytes, and nothing else", () => {
    expect(fromBase64("w6Q=")).toBe("\u00C3\u00A4");
    expect(fromBase64("no base64!")).toBeUndefined();
  });
});

it("a number in Milvus' own metadata is no fencing token", () => {
  const put = (revision: number, key: string, value: string): string =>
    JSON.stringify({
      Header: { revision },
      Events: [
        {
          kv: {
            key: Buffer.from(`by-dev/meta/${key}`).toString("base64"),
            create_revision: revision,
            mod_revision: revision,
            version: 1,
            value: Buffer.from(value).toString("base64"),
          },
        },
      ],
    });
  const fencingOf = (key: string, value: string): string | undefined => {
    const evidence = new Evidence();
    const lines = [
      put(4, "session/datacoord", '{"ServerID":1}'),
      put(9, "session/datacoord", '{"ServerID":2}'),
      put(11, `datacoord-meta/${key}`, value),
    ];
    lines.forEach((line, at) => evidence.line("watch.jsonl", at + 1, line));
    return judgeEvidence(evidence.sources).find(({ property }) => property === "fencing")?.type;
  };
  expect(fencingOf("channel-cp/1", "5")).toBe("cannot be told");
  expect(fencingOf("s/1/2/3", "4 binary")).toBe("cannot be told");
  expect(fencingOf("sequence", "4:7")).toBe("violated");
  expect(fencingOf("collections/films", '{"name":"films","fields":[],"token":4,"serverId":1}')).toBe(
    "violated",
  );
});

it("every promise that cannot be told has its reason and what would tell", () => {
  expect(Object.keys(CANNOT_TELL).toSorted()).toEqual(catalogue.map(({ name }) => name).toSorted());
});

describe("leasehold validate", () => {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-validate-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (name: string, text: string | Buffer): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  it("finds no election in a log without one, and exits 3", async () => {
    const file = written(
      "other.log",
      '[2024/03/04 04:21:34.391 +00:00] [INFO] [proxy/impl.go:1] ["search done"]\n',
    );
    const { code, out } = await leasehold(["validate", file]);
    expect(code).toBe(3);
    expect(out).toContain("No election evidence");
  });

  it("settles nothing by one line, and exits 3", async () => {
    expect((await leasehold(["validate", written("won.log", WON)])).code).toBe(3);
  });

  it("reads a gzipped file with a byte order mark, its proof by file and line, and exits 1", async () => {
    const { code, out } = await leasehold(["validate", "docs/examples/incident/watch.jsonl", "--json"]);
    const { promises } = JSON.parse(out) as {
      promises: { property: string; verdict: string; evidence?: string[] }[];
    };
    expect(code).toBe(1);
    expect(promises.find(({ property }) => property === "fencing")).toMatchObject({
      verdict: "violated",
      evidence: ["docs/examples/incident/watch.jsonl:9", "docs/examples/incident/watch.jsonl:11"],
    });
    const zipped = written("won.log.gz", gzipSync(`\uFEFF${WON}\r\n`));
    expect((await leasehold(["validate", zipped])).out).toContain("1 line used");
  });

  it.each([
    ["binary", Buffer.from([1, 0, 2, 0, 3]), "it is a binary file"],
    ["utf16", Buffer.from("\uFEFFhello", "utf16le"), "it is UTF-16 text"],
    ["utf16 without a mark", Buffer.from(WON, "utf16le"), "it is UTF-16LE text"],
    ["the other utf16", Buffer.from(WON, "utf16le").swap16(), "it is UTF-16BE text"],
    ["utf32", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), "it is UTF-32 text"],
    ["a.zip", Buffer.from("PK\u0003\u0004abc"), "it is a zip archive"],
    ["a.bz2", Buffer.from("BZh91AY"), "it is packed by bzip2"],
    ["twice.gz", gzipSync(gzipSync(WON)), "it is gzipped twice"],
    ["tar.gz", gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from("ustar")])), "it is a tar archive"],
    ["program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 10]), "it is a binary file"],
    ["watch.txt", "PUT\nby-dev/meta/session/rootcoord\n{}\n", "without -w json"],
    ["get.txt", '"ClusterID" : 14841639068965178418\n"Revision" : 3\n', "with -w fields"],
    ["pretty.json", '{\n  "header": {}\n}\n', "over several lines"],
    ["scenario.yaml", "title: x\ncoordinators:\n  - name: a\n", "leasehold simulate"],
    ["values.yaml", "rootCoordinator:\n  replicas: 2\n", "leasehold simulate --helm"],
    ["otlp.json", '{\n  "resourceLogs": []\n}\n', "jq -c ."],
    ["compose.yaml", "services:\n  etcd: {}\n", "leasehold simulate --compose"],
    ["broken.gz", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]), "it is gzipped, and damaged or cut"],
  ])("says what %s is, and exits 2", async (name, content, says) => {
    const { exitCode, message } = await refusalOf(["validate", written(name, content)]);
    expect(exitCode).toBe(2);
    expect(message).toContain(says);
  });

  it("refuses to order the revisions of two clusters", async () => {
    const line = (cluster: string): string =>
      `{"Header":{"cluster_id":${cluster},"revision":3},"Events":[]}\n`;
    const files = [line("14841639068965178418"), line("14841639068965178419")].map((text, at) =>
      written(`cluster-${at}.jsonl`, text),
    );
    const { exitCode, message } = await refusalOf(["validate", ...files]);
    expect(exitCode).toBe(2);
    expect(message).toContain("2 clusters");
  });

  it("leaves a trace of a simulation to replay", async () => {
    const { message } = await refusalOf(["validate", "docs/examples/fencing-no-fencing.jsonl"]);
    expect(message).toContain("leasehold replay docs/examples/fencing-no-fencing.jsonl");
  });

  it("reads a log in which zeros stand, as one that was cut under its process", async () => {
    const file = written("zeros.log", `${"\0".repeat(9000)}${WON}\n\0\0${WON.replace("21:34", "21:35")}\n`);
    expect((await leasehold(["validate", file])).out).toContain("2 lines used");
  });

  it("takes lines that stand twice in one file for what they are", async () => {
    const log = readProjectFile("docs/examples/incident/rootcoord-a.log");
    const { code, out } = await leasehold(["validate", written("doubled.log", log + log)]);
    expect(code).toBe(3);
    expect(out).toContain("13 lines used, 17 about other things");
    expect(out).toContain("13 lines that stand twice");
  });

  it("says where a log's instants go back, and by how much", async () => {
    const back = WON.replace("2024/03/04 04:21", "2024/03/04 04:20");
    const file = written("back.log", `${WON}\n${WON.replace("21:34", "21:35")}\n${back}\n`);
    expect((await leasehold(["validate", file])).out).toContain(
      `its instants go back by 61.000 s at ${file}:3`,
    );
  });

  it("tells several processes in one stream by the ids that take turns, and gives them no line of another's", async () => {
    const at = (second: number, rest: string): string =>
      `[2024/03/04 04:21:${second}.000 +00:00] [INFO] [a/b.go:1] ${rest}`;
    const registered = (id: number): string =>
      `["Service registered successfully"] [ServerName=rootcoord] [serverID=${id}]`;
    const file = written(
      "stream.log",
      [
        at(10, registered(1)),
        at(11, registered(2)),
        at(12, '["RootCoord startup success"]'),
        at(40, '["RootCoord disconnected from etcd, process will exit"] ["Server Id"=1]'),
      ].join("\n"),
    );
    const { out } = await leasehold(["validate", file, "--json"]);
    const { sources } = JSON.parse(out) as { sources: { members: object[]; severalProcesses: object[] }[] };
    expect(sources[0]).toMatchObject({
      severalProcesses: [{ role: "rootcoord", serverIds: [1, 2] }],
      members: [
        { serverId: 1, lines: 2 },
        { serverId: 2, lines: 1 },
      ],
    });
    expect((await leasehold(["validate", file])).out).toContain("server ids 1, 2 of rootcoord take turns");
  });

  it("says that there is nothing in a file without lines", async () => {
    expect((await leasehold(["validate", written("blank.log", "\n \n")])).out).toContain(
      "No election evidence: there is no line in it.",
    );
  });

  it("counts a line of megabytes and goes on", async () => {
    const file = written("long.log", `[${"x".repeat(5_000_000)}\n${WON}\n`);
    expect((await leasehold(["validate", file])).out).toContain(
      "1 line used, 0 about other things, 1 not understood",
    );
  });
});
