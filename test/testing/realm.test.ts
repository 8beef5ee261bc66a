/** A runner such as Jest gives each test file globals of its own: programs are run, judged and watched there all the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../helpers/repository.ts";

const MODULE = `
import { absent, adversity, assertHolds, neverTwo, put } from "${join(ROOT, "dist/src/testing/index.js")}";
async function worker({ claim, kv, name, sleep }) {
  const { id: lease } = await kv.grant(10);
  const take = { compare: [absent("lock")], success: [put("lock", name, { lease })] };
  while (!(await kv.txn(take)).succeeded) { await kv.keepAlive(lease); await sleep(1000); }
  claim("lock");
  while ((await kv.keepAlive(lease)) > 0) await sleep(2000);
}
const tell = async (program) => {
  const options = { properties: [neverTwo("lock")], seed: 1, runs: 30 };
  const said = await assertHolds(adversity({ processes: 2, faults: ["pause"] }), program, options).catch((error) => error);
  console.log(said.name + ": " + said.message.split("\\n")[0]);
};
await tell(worker);
await tell(async ({ sleep }) => { void Promise.reject(new Error("lost")); await sleep(10_000); });
await tell(async () => { Date.now(); });
`;

it("finds what is broken, leaked and not virtual", () => {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-realm-"));
  const file = join(folder, "main.mjs");
  writeFileSync(file, MODULE);
  const { stderr, stdout } = spawnSync(
    process.execPath,
    ["--experimental-vm-modules", "--no-warnings", join(ROOT, "test/testing/realm.mjs"), file],
    { encoding: "utf8", env: {} },
  );
  rmSync(folder, { recursive: true });
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(/^BrokenPromiseError: never two claim lock: broken at [\d.]+ s$/u),
    expect.stringMatching(/^ProgramFault: .*leaks a rejection/u),
    expect.stringMatching(/^ProgramFault: worker-\d called Date\.now\(\)/u),
    "",
  ]);
});
