import { describe, expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { shipped } from "../../models/variant.ts";
import { catalogue } from "../../properties/catalogue.ts";
import type { TraceEnd, TraceEvent, TraceHeader, TraceLine } from "../../src/trace/format.ts";
import { readObservation } from "../../src/trace/meaning.ts";
import { TraceReader } from "../../src/trace/read.ts";
import { recordCase, type Recordable } from "../../src/run/record.ts";
import { replayStrictly } from "../../src/run/replay.ts";
import { lineSchema } from "../../src/trace/schema.ts";
import { observe, pair } from "../simulation/helpers.ts";

const crash = pair([{ type: "crash", atMs: 61_000, on: "rootcoord-a" }]);

function record(given: Recordable): { texts: string[]; lines: TraceLine[] } {
  const texts: string[] = [];
  const lines: TraceLine[] = [];
  recordCase(given, (text, line) => {
    texts.push(text);
    lines.push(line);
  });
  return { texts, lines };
}

const eventsOf = (lines: readonly TraceLine[]): TraceEvent[] => lines.filter((line) => line.type === "event");
const read = (texts: readonly string[]) => {
  const reader = new TraceReader(texts.values());
  let reading = reader.next();
  while (reading.type === "line") reading = reader.next();
  return reading.type === "trouble" ? reading.trouble : undefined;
};

describe("a recorded run", () => {
  const { lines, texts } = record({ scenario: crash, variant: shipped });
  const events = eventsOf(lines);

  it("begins with a header, numbers its events without gaps and ends with the verdicts of every property", () => {
    expect(lines[0]).toMatchObject({
      type: "header",
      format: "leasehold-trace",
      schemaVersion: 2,
      decisions: [],
    });
    expect(events.map(({ n }) => n)).toEqual(events.map((_, at) => at + 1));
    const end = lines.at(-1) as TraceEnd;
    expect(end).toMatchObject({ type: "end", events: events.length, at: 300_000, ended: "horizon" });
    expect(end.verdicts.map(({ property }) => property)).toEqual(catalogue.map(({ name }) => name));
    expect(end.verdicts.filter(({ verdict }) => verdict === "violated")).toEqual([]);
  });

  it("holds every observation, so that the judges can read a file as they read a run", () => {
    const written = lines.flatMap((line) =>
      line.type === "header" ? [] : (line.seen ?? []).map((one) => readObservation(one, line.at, crash)),
    );
    expect(written).toEqual(observe(crash));
  });

  it("passes the published schema line by line", () => {
    for (const line of lines) expect(lineSchema.safeParse(line).error).toBeUndefined();
  });

  it("tells what etcd was asked, what it answered and what the chart made of it", () => {
    const request = events.find(({ cause }) => cause.type === "request" && cause.purpose === "campaign");
    expect(request).toMatchObject({ node: "etcd", cause: { from: "rootcoord-a", request: { type: "txn" } } });
    const reply = events.find(({ cause }) => cause.type === "reply" && cause.purpose === "campaign");
    expect(reply).toMatchObject({ node: "rootcoord-a", steps: [{ event: "role.won" }] });
  });

  it("names timers by delay and state", () => {
    const causes = events.flatMap(({ cause }) => (cause.type === "timer" ? [cause.timer] : []));
    expect(causes).toContain("renewDue@election.member.lease.held.resting");
  });

  it("is the same again, text for text", () => {
    expect(record({ scenario: crash, variant: shipped }).texts).toEqual(texts);
  });

  it("replays strictly as identical", () => {
    expect(replayStrictly(texts.values())).toMatchObject({
      type: "identical",
      end: { events: events.length },
    });
  });

  it("is read without trouble", () => {
    expect(read(texts)).toBeUndefined();
  });
});

describe("a decision", () => {
  const decisions = [
    { index: 12, answer: 3 },
    { index: 15, answer: 2 },
    { index: 5000, answer: 1 },
  ];
  const { lines, texts } = record({ scenario: crash, variant: shipped, decisions });

  it("is written with what was asked, and left out when nobody asked", () => {
    const { decisions: written } = lines[0] as TraceHeader;
    expect(written).toHaveLength(2);
    expect(written[0]).toMatchObject({ question: "fate", index: 12, answer: 3, means: "lost" });
    for (const one of written)
      expect(one).toMatchObject({ atMs: expect.any(Number), ordinal: expect.any(Number) });
  });

  it("replays strictly as identical", () => {
    expect(replayStrictly(texts.values()).type).toBe("identical");
  });
});

describe("a failing run", () => {
  const variant = variantNamed("claim-never-ends");
  if (variant === undefined) throw new Error("no such mutant");
  const cut = pair([
    { type: "partition", atMs: 61_000, on: "rootcoord-a", forMs: 100_000, direction: "both" },
  ]);
  const { lines, texts } = record({
    scenario: cut,
    variant,
    property: "single-active",
    seed: 7,
    path: "3:1",
  });

  it("ends at its violation and says so", () => {
    expect(lines[0]).toMatchObject({ property: "single-active", stop: "violation", seed: 7, path: "3:1" });
    const end = lines.at(-1) as TraceEnd;
    expect(end.ended).toBe("violation");
    expect(end.verdicts.find(({ property }) => property === "single-active")).toMatchObject({
      verdict: "violated",
      violation: { nodes: expect.arrayContaining(["rootcoord-a", "rootcoord-b"]) },
    });
  });

  it("replays strictly as identical", () => {
    expect(replayStrictly(texts.values()).type).toBe("identical");
  });

  it("is another run when the facts of its violation are others", () => {
    const edited = texts.map((text) =>
      text.replace(/"token":(\d+),"otherToken"/gu, '"token":1$1,"otherToken"'),
    );
    const undated = edited.map((text) => text.replace(/,"digest":"[^"]*"/u, ""));
    expect(undated.at(-1)).not.toEqual(texts.at(-1)?.replace(/,"digest":"[^"]*"/u, ""));
    expect(replayStrictly(undated.values())).toMatchObject({
      type: "diverged",
      divergence: { path: "verdicts.0.violation.facts.token" },
    });
  });

  it("names its violation by kind and facts, and holds no sentence", () => {
    const [header] = lines;
    if (header?.type !== "header") throw new Error("no header");
    const end = lines.at(-1) as TraceEnd;
    expect(end.verdicts[0]?.violation).toEqual({
      property: "single-active",
      kind: expect.stringMatching(/^two-active/u) as string,
      at: expect.any(Number) as number,
      nodes: ["rootcoord-a", "rootcoord-b"],
      facts: expect.objectContaining({ role: "rootcoord" }) as object,
    });
    expect(texts.join("\n")).not.toMatch(/"(?:story|why)"|serves rootcoord under token/u);
  });
});
