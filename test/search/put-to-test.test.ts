/** A promise is put to the test by a state in which what it forbids could come to be; a space without one says nothing of it. */
import { describe, expect, it } from "vitest";
import { shippedDialect } from "../../models/dialect.ts";
import { edited, on, speaking, stateAt, variantWith } from "../../models/edits.ts";
import type { TxnRequest } from "../../models/etcd-api.ts";
import { Exploration } from "../../src/search/exploration.ts";
import { STATE_PROMISES } from "../../src/search/promises.ts";
import { untestedOf } from "../../src/search/put-to-test.ts";
import type { Space } from "../../src/search/space.ts";
import { spaceOf } from "./spaces.ts";

const MOST_STATES = 12_000;

/** Whether a state of it, of the first so many, puts that promise to the test. */
function tests(name: string, space: Space): boolean {
  const judged = STATE_PROMISES.filter((promise) => promise.name === name);
  const exploration = new Exploration(space, judged);
  while (exploration.reached.states < MOST_STATES && exploration.advance(1000));
  expect(exploration.breach).toBeUndefined();
  return untestedOf(exploration, [name]).length === 0;
}

const MODEST = variantWith("modest", "does not serve when it has won", {
  chart: edited((chart) => on(stateAt(chart, "member.role.standby.campaigning"), "role.won", "pausing")),
});

const { requests } = shippedDialect;
const SHY = variantWith("shy", "never asks for the role unless it was the first to register", {
  dialect: speaking({
    requests: {
      ...requests,
      campaign: (candidate, ledger) =>
        ledger.serverId > 1
          ? { ...(requests.campaign(candidate, ledger) as TxnRequest), success: [] }
          : requests.campaign(candidate, ledger),
    },
  }),
});

const alone = spaceOf({ coordinators: 1 });
const calm = spaceOf({});
const written = { faults: ["crash"], writes: true };

describe("a space puts a promise to the test", () => {
  it.each([
    ["single-active", "with two", "with one", calm, alone],
    ["one-key-holder", "with two", "with one", calm, alone],
    ["single-active", "with two", "where the second only looks", calm, { ...calm, variant: SHY }],
    ["one-key-holder", "with two", "where the second only looks", calm, { ...calm, variant: SHY }],
    ["unique-ids", "with two", "with one", calm, alone],
    [
      "unique-ids",
      "with one that starts again",
      "with one that crashes",
      spaceOf({ coordinators: 1, faults: ["restart"] }),
      spaceOf({ coordinators: 1, faults: ["crash"] }),
    ],
    [
      "fencing",
      "where the key of one who writes is deleted",
      "where whoever is superseded is gone with all that it wrote",
      spaceOf({ faults: ["delete-key"], writes: true }),
      spaceOf(written),
    ],
    [
      "metadata-complete",
      "where a second serves after one who wrote",
      "where nobody is succeeded",
      spaceOf(written),
      spaceOf({ ...written, coordinators: 1 }),
    ],
    [
      "no-causeless-takeover",
      "where somebody serves",
      "where nobody ever does",
      calm,
      { ...calm, variant: MODEST },
    ],
  ])("%s: %s, and not %s", (name, _, __, does, doesNot) => {
    expect(tests(name, does)).toBe(true);
    expect(tests(name, doesNot)).toBe(false);
  });
});
