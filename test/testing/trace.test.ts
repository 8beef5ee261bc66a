/** The trace of what broke a promise about programs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { adversity, check, neverTwo, type AdversityOptions } from "../../src/testing/index.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";
import { forgetful } from "./locks.ts";

const lock = neverTwo("lock");

function two(given: Partial<AdversityOptions> = {}) {
  return adversity({ processes: 2, horizonMs: 120_000, ...given });
}

describe("the trace of what broke", () => {
  it("is told by the command, though its code is not there, and is not run again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "leasehold-testing-"));
    const options = { properties: [lock], seed: 1, out: folder };
    const { failure } = await check(two({ faults: ["pause"] }), forgetful, options);
    const file = failure?.file ?? "";
    const { code, out } = await leasehold(["replay", file, "--print"]);
    expect(out).toMatch(/txn from worker-1: if version of lock is 0 then put lock/u);
    expect(out).toMatch(/^ +says: |claims lock \(token \d+\)$/mu);
    expect(code).toBe(0);
    expect((await refusalOf(["replay", file])).message).toContain("whose code is not here");
    rmSync(folder, { recursive: true });
  });
});
