/** A recording that the file system takes no more of: clients are served on, and it is told what became of it. */
import fs, { mkdtempSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type ServedEtcd } from "../../src/serve/serve.ts";
import { refusalOf } from "../cli/helpers.ts";

/** So much fits. The system takes a part of what does not, and nothing afterwards. */
let roomBytes = Number.POSITIVE_INFINITY;
const { writeSync } = fs;
function writeWhatFits(
  ...[file, bytes, offset, length, at]: [number, Buffer, number, number, number]
): number {
  const fits = Math.min(length, roomBytes - at);
  if (fits > 0) return writeSync(file, bytes, offset, fits, at);
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
}

let folder: string;
let etcd: ServedEtcd;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-full-"));
  roomBytes = 20 * 1024;
  fs.writeSync = writeWhatFits as typeof writeSync;
  syncBuiltinESMExports();
});
afterEach(() => {
  fs.writeSync = writeSync;
  syncBuiltinESMExports();
  rmSync(folder, { recursive: true, force: true });
});

it("is told up to where the disk was full, and clients notice nothing", async () => {
  const record = join(folder, "run.jsonl");
  etcd = await startEtcd({ time: "manual", record });
  const client = new EtcdClient({ endpoints: [etcd.endpoint] });
  for (let at = 1; at <= 30; at++)
    expect(await client.submit({ type: "put", key: `k${at}`, value: "x".repeat(200) }, 5000)).toMatchObject({
      type: "ok",
    });
  expect(etcd.recordFailure).toBe("ENOSPC: no space left on device, write");
  await expect(etcd.do("trace")).rejects.toThrow(`the recording in ${record} ended: ENOSPC`);
  client.close();
  etcd.close();
  roomBytes = Number.POSITIVE_INFINITY;
  const { message, out } = await refusalOf(["replay", record, "--print"]);
  expect(out).toContain("reply to put: ok");
  expect(message).toContain("the line breaks off");
});
