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
