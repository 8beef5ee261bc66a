/** What a restore undoes is still a cause, and what it brings about is no excuse. */
import { expect, test } from "vitest";
import { shippedDialect } from "../../models/dialect.ts";
import { speaking, unguarded, variantWith } from "../../models/edits.ts";
import { shipped, type Variant } from "../../models/variant.ts";
import { observeRun } from "../../src/reading/observed-run.ts";
import { coordinator, scenario } from "../../src/simulation/scenario.ts";

const { requests } = shippedDialect;
const overwriting = variantWith("enroll-overwrites", "puts its session key though there is one", {
  dialect: speaking({ requests: { ...requests, enroll: (...all) => unguarded(requests.enroll(...all)) } }),
});
const given = scenario({
  coordinators: [
    coordinator("rootcoord-a", "rootcoord"),
    coordinator("rootcoord-b", "rootcoord", { startAtMs: 30_000 }),
    coordinator("rootcoord-c", "rootcoord", { startAtMs: 104_000 }),
  ],
  faults: [{ type: "goBack", atMs: 100_000, by: 8, forMs: 2000 }],
  horizonMs: 360_000,
});

const judged = (variant: Variant, of = given) =>
  observeRun(of, variant).judgements.find(({ property }) => property.name === "no-causeless-takeover")
    ?.verdict;

test("a question to hand over was asked, though the store forgets it before it is heard", () => {
  const asked = scenario({
    network: { delayMs: 2000, slowMs: 200, lateMs: 2000, streamTimeoutMs: 10_000 },
    coordinators: [coordinator("rootcoord-a", "rootcoord")],
    faults: [
      { type: "handOver", atMs: 45_000, on: "rootcoord-a" },
      { type: "goBack", atMs: 46_500, by: 4, forMs: 100 },
    ],
    horizonMs: 200_000,
  });
  const lost = observeRun(asked, shipped).observations.find(
    (one) => one.type === "milestone" && one.milestone === "lost",
  );
  expect(lost).toMatchObject({ at: 47_000, reason: "handed over" });
  expect(judged(shipped, asked)?.type).toBe("holds");
});

test("nobody puts a session that is there, also where a restore has its id given twice", () => {
  expect(judged(shipped)?.type).toBe("holds");
  expect(judged(overwriting)).toMatchObject({
    type: "violated",
    violation: { kind: "no-cause", facts: { reason: "server id taken", lacks: "written-over" } },
  });
});

test("a watch that was on its way while the store went back waits for revisions to come: its standby asks for itself", () => {
  const onItsWay = scenario({
    title: "a watch over a restore",
    ttlSeconds: 300,
    coordinators: ["a", "b", "c"].map((name, at) =>
      coordinator(`rootcoord-${name}`, "rootcoord", { startAtMs: 50 * at }),
    ),
    service: { activationMs: 50, writeEveryMs: 0 },
    faults: [
      { type: "delay", atMs: 0, on: "rootcoord-b", leg: "request", purpose: "watch", count: 2, byMs: 60_000 },
      { type: "restart", atMs: 0, forMs: 60_000 },
      { type: "goBack", atMs: 66_000, by: 10, forMs: 10_000 },
      { type: "crash", atMs: 70_000, on: "rootcoord-a" },
      { type: "stop", atMs: 810_600, on: "rootcoord-c" },
    ],
    horizonMs: 1_300_000,
  });
  const { judgements, observations } = observeRun(onItsWay, shipped);
  const served = observations.findLast((one) => one.type === "claim" && one.node === 1);
  expect(served?.at).toBeGreaterThan(820_000);
  const verdict = judgements.find(({ property }) => property.name === "bounded-takeover")?.verdict;
  expect(verdict?.type).not.toBe("violated");
});
