/** The recording of a long life: several files, the last ones kept, each of them whole and followed by itself. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { leasehold } from "../cli/helpers.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { startCoordinator, until, type CoordinatorProcess } from "./coordinator.ts";

describeWith("etcd", "a recording with a limit", (executable) => {
  let etcd: RealEtcd;
  const folder = mkdtempSync(join(tmpdir(), "leasehold-recording-"));
  const running: CoordinatorProcess[] = [];
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterEach(() => Promise.all(running.splice(0).map((one) => one.end())));
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await etcd.stop();
  });
  const start = (file: string, ...flags: string[]) => {
    const given = ["rootcoord", "--port", "0", "--ttl", "2s", "--etcd", etcd.endpoint, "--record", file];
    const one = startCoordinator("the coordinator", [...given, ...flags]);
    running.push(one);
    return one;
  };
  const followed = async (file: string) => {
    const { code, out } = await leasehold(["replay", file, "--machine"]);
    expect(out).toContain("the chart steps as recorded");
    expect(code).toBe(0);
  };

  it("goes on in new files and keeps the four before, each followed from where the chart stands", async () => {
    const file = join(folder, "long.jsonl");
    const one = start(file, "--record-limit", "3kB");
    await until(
      () => Promise.resolve(existsSync(`${file}.4`)),
      (there) => there,
      "there is no fourth file",
    );
    one.signal("SIGTERM");
    expect(await one.ended).toBe(0);
    expect(existsSync(`${file}.5`)).toBe(false);
    for (const kept of [file, ...[1, 2, 3, 4].map((age) => `${file}.${age}`)]) await followed(kept);
    // The active one's claim is known in a file that begins in the midst of it.
    const [, first = ""] = readFileSync(`${file}.1`, "utf8").split("\n");
    expect(JSON.parse(first)).toMatchObject({ cause: { type: "resume" }, seen: [{ type: "claim" }] });
    expect((await leasehold(["replay", `${file}.1`, "--print"])).out).toContain("the recording goes on");
  });

  it("keeps what an earlier process recorded under the same name", async () => {
    const file = join(folder, "again.jsonl");
    for (let life = 0; life < 2; life++) {
      const one = start(file);
      await one.says("serving the catalogue");
      one.signal("SIGTERM");
      expect(await one.ended).toBe(0);
    }
    await followed(file);
    await followed(`${file}.1`);
  });
});
