/** The matchers, as vitest itself calls them. */
import { describe, expect, it } from "vitest";
import { adversity, check, matchers, neverTwo, type CheckMatchers } from "../../src/testing/index.ts";
import { careful, forgetful } from "./locks.ts";

expect.extend(matchers);
declare module "vitest" {
  // oxlint-disable-next-line typescript/no-explicit-any -- it must have the type parameters of vitest's own
  interface Matchers<T = any> extends CheckMatchers<T> {}
}

const lock = neverTwo("lock");
const pauses = adversity({ processes: 2, horizonMs: 120_000, faults: ["pause"] });
const broken = check(pauses, forgetful, { properties: [lock], seed: 1 });
const kept = check(pauses, careful, { properties: [lock], seed: 1, runs: 20 });
const untested = check(pauses, careful, { properties: [neverTwo("key")], seed: 1, runs: 5 });

describe("expect(result)", () => {
  it("holds, or tells the story of what broke, or what nothing put to the test", async () => {
    expect(await kept).toHold();
    expect(await broken).not.toHold();
    const result = await broken;
    expect(() => expect(result).toHold()).toThrow(result.failure?.story.at(-1) ?? "no story");
    const nothing = await untested;
    expect(() => expect(nothing).toHold()).toThrow("not put to the test in 5 runs");
    const held = await kept;
    expect(() => expect(held).not.toHold()).toThrow("no promise is broken in 20 runs from seed 1");
  });

  it("breaks, by any promise or by the one that is named", async () => {
    const result = await broken;
    expect(result).toBreak();
    expect(result).toBreak(lock.name);
    expect(result).not.toBreak("another");
    expect(() => expect(result).toBreak("another")).toThrow("another is not what breaks first:");
    const held = await kept;
    expect(() => expect(held).toBreak(lock.name)).toThrow(
      `${lock.name} is not broken in 20 runs from seed 1`,
    );
  });

  it("says what it was given instead of a result", () => {
    expect(() => expect(broken).toHold()).toThrow("write expect(await check(...)).toHold()");
    expect(() => expect("x").toBreak()).toThrow('toBreak: "x" is no result of check(...)');
  });
});
