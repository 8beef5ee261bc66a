/** What the stepper says of a vacancy: since when, and the bound that its cause implies. */
import { expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { History } from "../../src/run/history.ts";
import { headerOf } from "../../src/run/record.ts";
import type { Fault } from "../../src/simulation/fault.ts";
import { evidence } from "../../src/stepper/evidence.ts";
import { atInstant } from "../../src/stepper/moves.ts";
import { pair } from "../simulation/helpers.ts";

const on = "rootcoord-a";

function says(faults: readonly Fault[]): (at: number) => string | undefined {
  const history = new History(headerOf({ scenario: pair(faults), variant: shipped }), shipped);
  return (at) => {
    const cursor = atInstant(history, at);
    return evidence("bounded-takeover", history, cursor, history.moment(cursor.n, cursor.at));
  };
}

it.each<[Fault["type"], Fault, string]>([
  ["crash", { type: "crash", atMs: 61_000, on }, "after a crash at most 63.062 s"],
  ["stop", { type: "stop", atMs: 61_000, on }, "after a clean stop at most 2.562 s"],
])("after a %s the vacancy is told beside the bound of its cause", (_, fault, bound) => {
  const at = says([fault]);
  expect(at(1)).toBe("nobody has served rootcoord yet");
  expect(at(60_000)).toBe("rootcoord is served");
  expect(at(61_001)).toMatch(/^nobody serves rootcoord for 0\.\d{3} s; after/u);
  expect(at(61_001)).toContain(bound);
  expect(at(150_000)).toBe("rootcoord is served");
});

it("a claim that runs out while its holder stands still leaves the role vacant from then on, though nobody says so", () => {
  const at = says([{ type: "pause", atMs: 61_000, on, forMs: 70_000 }]);
  expect(at(62_000)).toBe("rootcoord is served");
  expect(at(119_000)).toMatch(/^nobody serves rootcoord for \d+\.\d{3} s; after a claim that ended at most/u);
});
