/** Recordings of a true history, cut, doubled or of two stores: none is called violated, and none is held that might not be. */
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { alone } from "../../properties/bugs/kept.ts";
import { Evidence } from "../../src/evidence/evidence.ts";
import { twoHistoriesIn } from "../../src/evidence/one-history.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";
import { scenario } from "../../src/simulation/scenario.ts";
import "../helpers/seed.ts";
import { recordings, runOf, storeWatch, type Files } from "./print-run.ts";

/** Three serve one after the other: each is stopped, the last at the end. */
const run = runOf(
  {
    scenario: scenario({
      title: "three terms",
      horizonMs: 300_000,
      coordinators: alone("rootcoord", {}, 3),
      faults: [
        { type: "stop", atMs: 61_000, on: "rootcoord-a" },
        { type: "stop", atMs: 161_000, on: "rootcoord-b" },
        { type: "stop", atMs: 261_000, on: "rootcoord-c" },
      ],
    }),
    decisions: [],
  },
  shipped,
);
const files = recordings(run);
const [A, B, C] = [...files.keys()] as [string, string, string];

function gather(all: Files): Evidence {
  const evidence = new Evidence();
  for (const [file, lines] of all)
    for (const [at, line] of lines.entries()) evidence.line(file, at + 1, line);
  return evidence;
}

function verdictOf(property: string, all: Files): string | undefined {
  return judgeEvidence(gather(all).sources).find((one) => one.property === property)?.type;
}

const linesOf = (file: string): readonly string[] => files.get(file) ?? [];
const withLines = (file: string, lines: readonly string[]): Files => new Map([...files, [file, lines]]);
/** Where a line of it says so. */
const lineWith = (file: string, text: string): number =>
  linesOf(file).findIndex((line) => line.includes(text));

describe("single-active", () => {
  it("is held of whole recordings", () => {
    expect(verdictOf("single-active", files)).toBe("held");
  });

  it("is not, of one that ends with the winning", () => {
    const cut = linesOf(B).slice(0, lineWith(B, '"milestone":"won"') + 1);
    expect(verdictOf("single-active", withLines(B, cut))).toBe("cannot be told");
  });

  it("is not, of one whose head is lost: it may have served before", () => {
    const [header = "", ...events] = linesOf(C);
    const renewed = lineWith(C, '"purpose":"renew","reply"');
    const later = events.slice(Math.max(renewed, lineWith(C, '"milestone":"active"') + 2));
    expect(later.length).toBeGreaterThan(2);
    expect(verdictOf("single-active", withLines(C, [header, ...later]))).toBe("cannot be told");
  });
});

it("a line that is delivered twice says no more than once", () => {
  const doubled = linesOf(A).flatMap((line, at) => (at > 0 ? [line, line] : [line]));
  const all = withLines(A, doubled);
  for (const { property, type } of judgeEvidence(gather(files).sources))
    expect(verdictOf(property, all)).toBe(type);
  expect(twoHistoriesIn(gather(all).sources)).toBeUndefined();
});

describe("metadata-complete", () => {
  const all: Files = new Map([...files, ...storeWatch(run)]);
  /** The successor found nothing, as if somebody had deleted it. `revision`: at which it read. */
  const emptied = (revision: (given: number) => number): Files => {
    const lines = linesOf(B).map((line) => {
      if (!line.includes('"purpose":"reload"') && !line.includes('"milestone":"active"')) return line;
      return line
        .replace(
          /"header":\{"revision":(\d+)/u,
          (_, given: string) => `"header":{"revision":${revision(Number(given))}`,
        )
        .replace(/"kvs":\[.*?\],"more"/u, '"kvs":[],"more"')
        .replaceAll(/"loadedRevision":\d+/gu, '"loadedRevision":0');
    });
    return new Map([...all, [B, lines]]);
  };

  it("is held where all was loaded", () => {
    expect(verdictOf("metadata-complete", all)).toBe("held");
  });

  it("is violated only by a reading that is older than what it lacks", () => {
    expect(
      verdictOf(
        "metadata-complete",
        emptied((given) => given),
      ),
    ).toBe("cannot be told");
    expect(
      verdictOf(
        "metadata-complete",
        emptied(() => 1),
      ),
    ).toBe("violated");
  });

  it("is not violated where the reading is not shown", () => {
    const lines = (emptied(() => 1).get(B) ?? []).filter(
      (line) => !line.includes('"purpose":"reload","reply"'),
    );
    expect(verdictOf("metadata-complete", new Map([...all, [B, lines]]))).not.toBe("violated");
  });
});

describe("two histories of etcd", () => {
  it("are none in one run", () => {
    expect(twoHistoriesIn(gather(files).sources)).toBeUndefined();
  });

  it("show where two made one revision", () => {
    const other = new Map([
      [A, linesOf(A)],
      ["restored", linesOf(A).map((line) => line.replace(/"own":(\d)/u, '"own":9$1'))],
    ]);
    expect(twoHistoriesIn(gather(other).sources)?.what).toContain("a transaction of their own made revision");
  });

  it("show where revisions go down", () => {
    const last = linesOf(A).findLastIndex((line) => line.includes('"type":"txn"'));
    const back = linesOf(A).map((line, at) =>
      at === last ? line.replace(/"revision":\d+/gu, '"revision":1') : line,
    );
    expect(twoHistoriesIn(gather(withLines(A, back)).sources)?.what).toContain("and to 1 only later");
  });
});
