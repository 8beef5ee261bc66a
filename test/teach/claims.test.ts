/** What each lesson claims, checked apart from what it says: by the properties and by the bare observations. */
import { describe, expect, it } from "vitest";
import { run } from "../../src/teach/engine.ts";
import type { Setup } from "../../src/teach/lesson.ts";
import { lessonNamed } from "../../src/teach/lessons/index.ts";
import type { Seen } from "../../src/teach/seen.ts";

/** The lesson's run number `index`. */
function seenIn(id: string, index = 0): Seen {
  const lesson = lessonNamed(id);
  const setup: Setup | undefined = lesson?.runs[index]?.setup;
  if (setup === undefined) throw new Error(`no run ${index} of ${id}`);
  return run(setup);
}

/** Who begins to serve, in order of time, by place. */
function order(seen: Seen): number[] {
  const found: number[] = [];
  for (const one of seen.observed.observations)
    if (one.type === "milestone" && one.milestone === "active") found.push(one.node);
  return found;
}

/** Whether the property is violated when it is judged alone. */
function violated(seen: Seen, property: string): boolean {
  return seen.observed.judgements.some(
    (one) => one.property.name === property && one.verdict?.type === "violated",
  );
}

describe("what the lessons claim, happens", () => {
  it("alone: nobody follows the one that was killed", () => {
    expect(order(seenIn("alone"))).toEqual([0]);
  });

  it("two: without an election both serve, with one a single one does", () => {
    expect(order(seenIn("two"))).toEqual([0, 1]);
    expect(violated(seenIn("two"), "single-active")).toBe(true);
    expect(order(seenIn("two", 1))).toEqual([0]);
  });

  it("dead-king: a key without a lease is never deleted, one under a lease is, and the standby takes over", () => {
    expect(seenIn("dead-king").changes("rootcoord", "DELETE")).toEqual([]);
    expect(order(seenIn("dead-king"))).toEqual([0]);
    expect(seenIn("dead-king", 1).change("rootcoord", "DELETE").cause).toBe("expiry");
    expect(order(seenIn("dead-king", 1))).toEqual([0, 1]);
  });

  it("lease: a crash waits for the lease, a clean stop does not", () => {
    expect(seenIn("lease").change("rootcoord", "DELETE").cause).toBe("expiry");
    expect(seenIn("lease", 1).change("rootcoord", "DELETE").cause).toBe("revoke");
    const waits = [0, 1].map((index) => seenIn("lease", index).longestGap).map(({ from, to }) => to - from);
    expect(waits[0]).toBeGreaterThan(40_000);
    expect(waits[1]).toBeLessThan(100);
  });

  it("watch: all standbys campaign at once, and one wins", () => {
    const herd = seenIn("watch");
    const vacancies = herd.all("milestone").filter(({ milestone }) => milestone === "vacancy");
    expect(vacancies.map(({ node }) => node)).toEqual([1, 2, 3, 4]);
    expect(order(herd)).toHaveLength(2);
    expect(
      seenIn("watch", 1)
        .all("milestone")
        .some(({ milestone }) => milestone === "vacancy"),
    ).toBe(false);
  });

  it("missed-delete: a watch from now on misses the deletion, one from the next revision does not", () => {
    const vacancies = [0, 1].map((index) => seenIn("missed-delete", index).milestones("B", "vacancy").length);
    expect(vacancies).toEqual([0, 1]);
    const gaps = [0, 1]
      .map((index) => seenIn("missed-delete", index).longestGap)
      .map(({ from, to }) => to - from);
    expect(gaps[0]).toBeGreaterThan(50_000);
    expect(gaps[1]).toBeLessThan(5000);
  });

  it("lost-reply: who takes its own key for a rival's serves never, who looks serves", () => {
    expect(order(seenIn("lost-reply"))).toEqual([]);
    expect(seenIn("lost-reply").changes("rootcoord", "PUT")[0]?.node).toBe(0);
    expect(order(seenIn("lost-reply", 1))).toEqual([0]);
  });

  it("pause: two believe without a clock of one's own, and do not with one", () => {
    expect(violated(seenIn("pause"), "single-active")).toBe(true);
    expect(violated(seenIn("pause", 1), "single-active")).toBe(false);
    expect(order(seenIn("pause", 1))).toEqual([0, 1]);
  });

  it("fencing: the late write is applied without a guard and refused with one", () => {
    expect(violated(seenIn("fencing"), "fencing")).toBe(true);
    expect(seenIn("fencing").staleWrites).toHaveLength(1);
    expect(violated(seenIn("fencing", 1), "fencing")).toBe(false);
    expect(seenIn("fencing", 1).staleWrites).toEqual([]);
    expect(seenIn("fencing", 1).refused.map(({ node }) => node)).toEqual([0]);
  });

  it("clocks: the margin covers a clock that is a little slow and not one that is slower, and the fence holds", () => {
    expect(seenIn("clocks").overlaps).toHaveLength(1);
    expect(seenIn("clocks").staleWrites).toEqual([]);
    expect(seenIn("clocks", 1).overlaps).toEqual([]);
    expect(order(seenIn("clocks", 1))).toEqual([0, 1]);
  });

  it("etcd-moves: a new leader puts the takeover off; a stall shorter than the claim costs nothing", () => {
    const [deleted] = seenIn("etcd-moves").changes("rootcoord", "DELETE");
    const [elected] = seenIn("etcd-moves")
      .all("fault")
      .filter(({ kind, phase }) => kind === "changeLeader" && phase === "ends");
    expect((deleted?.at ?? 0) - (elected?.at ?? 0)).toBeGreaterThan(60_000);
    expect(order(seenIn("etcd-moves", 1))).toEqual([0]);
  });

  it("compaction: who does not listen oversleeps, who reads again does not", () => {
    expect(violated(seenIn("compaction"), "bounded-takeover")).toBe(true);
    expect(seenIn("compaction").milestones("B", "vacancy")).toEqual([]);
    expect(seenIn("compaction", 1).milestones("B", "watching")).toHaveLength(2);
    expect(order(seenIn("compaction", 1))).toEqual([0, 1]);
  });

  it("ttl: a healthy coordinator loses its role to a stall shorter than the TTL", () => {
    const seen = seenIn("ttl");
    const { faults, ttlSeconds } = seen.observed.scenario;
    expect(faults[0]).toMatchObject({ type: "pause" });
    expect(faults[0]?.type === "pause" && faults[0].forMs).toBeLessThan(ttlSeconds * 1000);
    expect(order(seen)).toEqual([0, 1]);
  });

  it("milvus: the standby is useless, a deleted key leaves two, a starved process writes late; not so as shipped", () => {
    expect(order(seenIn("milvus"))).toEqual([0]);
    expect(violated(seenIn("milvus"), "bounded-takeover")).toBe(true);
    expect(seenIn("milvus", 1).overlaps).toHaveLength(1);
    expect(violated(seenIn("milvus", 1), "fencing")).toBe(true);
    for (const index of [0, 1, 2]) {
      const { scenario } = seenIn("milvus", index).observed;
      const shipped = run({ scenario, variant: "shipped" });
      expect(shipped.observed.judgements.filter(({ verdict }) => verdict?.type === "violated")).toEqual([]);
      expect(shipped.overlaps).toEqual([]);
      expect(shipped.longestGap.to).toBeLessThan(shipped.end);
    }
    expect(violated(seenIn("milvus", 2), "fencing")).toBe(true);
  });
});
