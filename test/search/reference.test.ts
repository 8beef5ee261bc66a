/** The walk counts as many states of a small model as another model checker does. */
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bothClaim, referenceLease, type Mishaps } from "../../bench/reference/lease.ts";
import { countWithSpin } from "../../bench/reference/spin.ts";
import { walkThrough } from "../../src/search/walk.ts";
import { describeWith } from "../helpers/require.ts";

const model = fileURLToPath(new URL("../../bench/reference/lease.pml", import.meta.url));

const given: readonly [Mishaps, number][] = [
  [{ losses: 0, crashes: 0 }, 157],
  [{ losses: 1, crashes: 0 }, 851],
  [{ losses: 2, crashes: 1 }, 14_457],
  [{ losses: 3, crashes: 2 }, 53_264],
];

it.each(given)(
  "the walk finds all states of the reference model with %o, and never two that claim",
  (mishaps, states) => {
    const walk = walkThrough(referenceLease(mishaps));
    expect(walk.reached).toMatchObject({ states, frontier: 0 });
    for (let at = 0; at < states; at++) expect(bothClaim(walk.row(at))).toBe(false);
  },
);

describeWith("spin", "Spin", () => {
  describeWith("cc", "counts as many", () => {
    it.each(given)("with %o", (mishaps, states) => {
      expect(countWithSpin(model, mishaps)).toMatchObject({ states, errors: 0 });
    });
  });
});
