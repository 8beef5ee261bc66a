/** A server is plain data: written to text and read back it goes on identically, and forks never meet. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextTickMs, stepEtcd, type Etcd, type EtcdInput } from "../../models/etcd.ts";
import { drive } from "./etcd-driver.ts";
import { inputs } from "./etcd-arbitraries.ts";

type Timed = { readonly waitMs: number; readonly input: EtcdInput };

/** Plays the inputs with every tick that is due before them, and gives all that came out. */
function play(
  from: { etcd: Etcd; nowMs: number },
  timed: readonly Timed[],
): { etcd: Etcd; nowMs: number; out: string } {
  let { etcd, nowMs } = from;
  const out: unknown[] = [];
  const step = (input: EtcdInput): void => {
    const result = stepEtcd(etcd, input, nowMs);
    etcd = result.etcd;
    out.push(result.outputs, result.changes);
  };
  for (const { waitMs, input } of timed) {
    const untilMs = nowMs + waitMs;
    for (; nextTickMs(etcd) <= untilMs; step({ type: "tick" })) nowMs = Math.max(nowMs, nextTickMs(etcd));
    nowMs = untilMs;
    step(input);
  }
  return { etcd, nowMs, out: JSON.stringify(out) };
}

const start = () => ({ etcd: drive().etcd, nowMs: 0 });
const reread = (etcd: Etcd): Etcd => JSON.parse(JSON.stringify(etcd)) as Etcd;

describe("plain data", () => {
  it("goes on identically after it was written down and read back", () => {
    fc.assert(
      fc.property(inputs(40), inputs(40), (before, after) => {
        const middle = play(start(), before);
        expect(reread(middle.etcd)).toEqual(middle.etcd);
        const here = play(middle, after);
        const there = play({ ...middle, etcd: reread(middle.etcd) }, after);
        expect(there.out).toBe(here.out);
        expect(there.etcd).toEqual(here.etcd);
      }),
      { numRuns: 150 },
    );
  });

  it("forks without either branch seeing the other", () => {
    fc.assert(
      fc.property(inputs(40), inputs(30), inputs(30), (before, left, right) => {
        const middle = play(start(), before);
        const text = JSON.stringify(middle.etcd);
        const alone = play({ ...middle, etcd: reread(middle.etcd) }, right);
        play(middle, left);
        expect(JSON.stringify(middle.etcd)).toBe(text);
        expect(play(middle, right).out).toBe(alone.out);
      }),
      { numRuns: 150 },
    );
  });

  it("never changes a state that was handed out, however deep it is frozen", () => {
    fc.assert(
      fc.property(inputs(60), (timed) => {
        let { etcd, nowMs } = start();
        for (const { waitMs, input } of timed) {
          nowMs += waitMs;
          for (const next of [{ type: "tick" } as const, input])
            etcd = stepEtcd(deepFrozen(etcd), next, nowMs).etcd;
        }
      }),
      { numRuns: 100 },
    );
  });
});

function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(deepFrozen);
  return value;
}
