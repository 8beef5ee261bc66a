/** After a restore a server id is given twice: whoever comes later gives way, and whoever throws another out is noticed. */
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

const judged = (variant: Variant) =>
  observeRun(given, variant).judgements.find(({ property }) => property.name === "no-causeless-takeover")
    ?.verdict;

test("nobody puts a session that is there", () => {
  expect(judged(shipped)?.type).toBe("holds");
  expect(judged(overwriting)).toMatchObject({
    type: "violated",
    violation: { kind: "no-cause", facts: { reason: "server id taken", lacks: "written-over" } },
  });
});
