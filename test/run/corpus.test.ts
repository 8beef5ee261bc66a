import { describe, expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import type { TraceEvent, TraceHeader, TraceLine } from "../../src/trace/format.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { recordRun } from "../../src/run/record.ts";
import { readHeader, replayStrictly, variantOf } from "../../src/run/replay.ts";
import { judgeAgain, replayTolerantly } from "../../src/run/tolerant.ts";
import { byNumber } from "../../src/simulation/meant-decisions.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { listFiles, readProjectFile } from "../helpers/repository.ts";

const files = listFiles("test/corpus", (path) => path.endsWith(".jsonl"));
/** An unanswered question of a standby is asked again at once now, not a TTL later, so this mutant loses one reply more without harm. */
const MENDED = "test/corpus/bounded-takeover-blind-to-own-key.jsonl";
const textsOf = (file: string) => readProjectFile(file).trimEnd().split("\n");
const headerOf = (file: string): TraceHeader => {
  const header = readHeader(new TraceReader(textsOf(file).values()));
  if ("what" in header) throw new Error(header.what);
  return header;
};
const variantIn = (header: TraceHeader): Variant => {
  const variant = variantOf(header);
  if ("what" in variant) throw new Error(variant.what);
  return variant;
};

describe("a trace kept from an earlier version", () => {
  it("is there in more than one form", () => {
    expect(files.length).toBeGreaterThanOrEqual(6);
    expect(files.filter((file) => textsOf(file).at(-1)?.includes('"digest"') === false)).toHaveLength(1);
    const versions = files.map((file) => (JSON.parse(textsOf(file)[0] ?? "") as TraceHeader).schemaVersion);
    expect(new Set(versions)).toEqual(new Set([1, 2]));
  });

  it.each(files)("%s is reproduced by meaning", (file) => {
    const header = headerOf(file);
    const replay = replayTolerantly(textsOf(file).values(), variantIn(header));
    expect(replay).toMatchObject({ outcome: file === MENDED ? "fixed" : "reproduced", unmet: [] });
  });

  it.each(files)("%s holds on the shipped protocol, with every fault and decision met", (file) => {
    expect(judgeAgain(headerOf(file), shipped)).toMatchObject({
      outcome: "fixed",
      verdict: { verdict: "holds" },
      unmet: [],
    });
  });

  it("replays, though its faults have other names now, up to the first step that its chart took otherwise", () => {
    expect(replayStrictly(textsOf("test/corpus/fencing-old-fault-names.jsonl").values())).toMatchObject({
      type: "diverged",
      divergence: { n: 12, path: "steps.0.effects.2.type", recorded: "request", replayed: "startTimer" },
    });
  });

  it.each(files)("%s replays identically, or says where it does not", (file) => {
    const replay = replayStrictly(textsOf(file).values());
    if (replay.type === "diverged") expect(replay.divergence.n).toBeGreaterThan(0);
    else expect(replay.type).toBe("identical");
  });
});

/** The kept run as this version records it. */
function recordedAnew(file: string): string[] {
  const header = headerOf(file);
  const texts: string[] = [];
  recordRun(header, {
    variant: variantIn(header),
    scheduler: decided(byNumber(header.decisions)),
    sink: (text) => void texts.push(text),
  });
  return texts;
}

/** The file with one of its lines changed, and without a digest, as a careful editor leaves it. */
function edited(
  file: string,
  change: (line: TraceLine & Record<string, unknown>, at: number) => void,
): string[] {
  return recordedAnew(file).map((text, at) => {
    const line = JSON.parse(text) as TraceLine & Record<string, unknown>;
    change(line, at);
    return JSON.stringify(line, (field, value: unknown) => (field === "digest" ? undefined : value));
  });
}

describe("a trace from a newer version is no silent success", () => {
  const file = "test/corpus/fencing-no-fencing.jsonl";
  const header = (change: (header: Record<string, unknown>) => void) =>
    edited(file, (line) => {
      if (line.type === "header") change(line);
    });
  const replays = (texts: readonly string[]) => [
    replayStrictly(texts.values()),
    replayTolerantly(texts.values(), variantNamed("no-fencing") ?? shipped),
  ];

  it("is looked at: unchanged, the same file replays", () => {
    const [strict, tolerant] = replays(header(() => undefined));
    expect(strict).toMatchObject({ type: "identical" });
    expect(tolerant).toMatchObject({ outcome: "reproduced" });
  });

  it.each<[string, string[], RegExp]>([
    ["a newer schemaVersion", header((line) => (line["schemaVersion"] = 3)), /schemaVersion 3/u],
    [
      "a fault kind",
      header((line) => {
        const scenario = line["scenario"] as { faults: object[] };
        scenario.faults.push({ type: "meteor", atMs: 1, on: "rootcoord-a" });
      }),
      /fault kind meteor/u,
    ],
    ["a property", header((line) => (line["property"] = "no-surprise")), /no-surprise/u],
    [
      "a violation kind",
      header((line) => (line["violation"] = { kind: "moon-fell", at: 1, nodes: [], facts: {} })),
      /violation kind moon-fell of fencing/u,
    ],
    ["a field of the header", header((line) => (line["gravity"] = 9.81)), /field gravity/u],
    [
      "a field of a fault",
      header((line) => {
        const { faults } = line["scenario"] as { faults: Record<string, unknown>[] };
        Object.assign(faults[0] ?? {}, { severity: "high" });
      }),
      /severity/u,
    ],
    [
      "a cause",
      edited(file, (line, at) => {
        if (at === 5) (line as unknown as { cause: object }).cause = { type: "telepathy" };
      }),
      /telepathy|cause/u,
    ],
    [
      "a field of an event",
      edited(file, (line, at) => {
        if (at === 5) line["mood"] = "bad";
      }),
      /field mood/u,
    ],
  ])("with %s of tomorrow it is refused, with the reason", (_, texts, reason) => {
    const [strict, tolerant] = replays(texts);
    const troubles = [
      strict !== undefined && "trouble" in strict ? strict.trouble.what : "no trouble",
      tolerant !== undefined && "what" in tolerant ? tolerant.what : "no trouble",
    ];
    for (const what of troubles) expect(what).toMatch(reason);
  });

  it("whose run was another is a divergence, with its event and both sides", () => {
    const texts = edited(file, (line, at) => {
      if (at === 20) (line as unknown as { at: number }).at += 0.001;
    });
    const [strict] = replays(texts);
    expect(strict).toMatchObject({ type: "diverged", divergence: { n: 20, path: "at" } });
  });

  it("whose decision belongs to a message that is never sent is not called fixed", () => {
    const kept = headerOf("test/corpus/decision-unknown-is-won.jsonl");
    const [decision] = kept.decisions;
    if (decision === undefined) throw new Error("no decision in the kept file");
    const lost: TraceHeader = { ...kept, decisions: [{ ...decision, purpose: "compact", ordinal: 0 }] };
    const again = judgeAgain(lost, variantIn(kept));
    expect(again).toMatchObject({ outcome: "diverged", unmet: [{ purpose: "compact" }] });
  });
});

describe("a trace that is not whole", () => {
  const file = "test/corpus/fencing-no-fencing.jsonl";
  const texts = textsOf(file);
  const cutInLine = texts.slice(0, 30).with(-1, (texts[29] ?? "").slice(0, 40));
  const event = JSON.parse(texts[10] ?? "") as TraceEvent;

  it.each<[string, string[], RegExp, number]>([
    ["empty", [], /empty|no header/u, 1],
    ["cut within a line", cutInLine, /breaks off/u, 30],
    ["cut between lines", texts.slice(0, 30), /end/u, 31],
    ["edited", texts.with(10, JSON.stringify({ ...event, own: 1 })), /digest|own/u, texts.length],
    ["without one of its lines", texts.toSpliced(10, 1), /event/u, 11],
    ["with another file behind it", [...texts, ...texts], /after the end/u, texts.length + 1],
    ["damaged", texts.with(29, "# My notes"), /damaged: # My notes stands where/u, 30],
    ["damaged within a line", texts.with(29, cutInLine.at(-1) ?? ""), /damaged: \{"type".* stands/u, 30],
    ["damaged by an empty line", texts.toSpliced(29, 0, ""), /damaged: an empty line stands/u, 30],
    ["something else", ["# My notes"], /not a line of JSON/u, 1],
  ])("because it is %s says so, and where", (_, given, reason, line) => {
    const tolerant = replayTolerantly(given.values(), variantNamed("no-fencing") ?? shipped);
    expect(tolerant).toMatchObject({ what: expect.stringMatching(reason) as string, line });
  });
});
