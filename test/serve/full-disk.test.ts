/** A recording that the file system takes no more of: etcd lives on, and it is told what became of it. */
import { mkdtempSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createEtcd } from "../../models/etcd.ts";
import type { Served } from "../../src/serve/action.ts";
import { actionNamed } from "../../src/serve/actions.ts";
import { LiveEtcd } from "../../src/serve/live-etcd.ts";
import { ManualTime } from "../../src/serve/live-time.ts";
import { RecordFile, type WriteBytes } from "../../src/serve/record-file.ts";
import { ServedRecording } from "../../src/serve/recording.ts";
import { leasehold, refusalOf } from "../cli/helpers.ts";

const FULL = "ENOSPC: no space left on device, write";
/** The room of the first line, and some events. */
const ROOM_BYTES = 20 * 1024;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "leasehold-full-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The system takes a part of what does not fit, and nothing afterwards. */
function disk(roomBytes = Number.POSITIVE_INFINITY): { roomBytes: number; readonly write: WriteBytes } {
  const made = {
    roomBytes,
    write: (file: number, bytes: Buffer, offset = 0, length = bytes.length, at?: number): number => {
      const fits = Math.min(length, made.roomBytes - (at ?? 0));
      if (fits > 0) return writeSync(file, bytes, offset, fits, at);
      made.roomBytes = 0;
      throw Object.assign(new Error(FULL), { code: "ENOSPC" });
    },
  };
  return made;
}

function recorded(write: WriteBytes): { etcd: LiveEtcd; recording: ServedRecording; path: string } {
  const path = join(folder, "run.jsonl");
  const etcd = new LiveEtcd(createEtcd({}), new ManualTime());
  const recording = new ServedRecording(new RecordFile(path, write), etcd);
  const guest = { name: "go-1", peer: "127.0.0.1:1", member: 1 };
  recording.came(guest, "grpc-go");
  const client = etcd.connect(() => undefined);
  for (let id = 1; id <= 30; id++) {
    const request = { type: "put", key: `k${id}`, value: "x".repeat(200) } as const;
    recording.asks(guest, "put");
    const cause = { type: "request", from: guest.name, id, purpose: "put", request } as const;
    etcd.tell({ type: "request", client, id, request }, { cause, from: guest.name });
  }
  return { etcd, recording, path };
}

it("is told up to where the disk was full, and etcd goes on", async () => {
  const storage = disk(ROOM_BYTES);
  const { etcd, path, recording } = recorded(storage.write);
  expect(etcd.state.store.revision).toBe(31);
  expect(recording.file.failure).toBe(FULL);
  expect(() => actionNamed("trace").run({ recording } as unknown as Served, {})).toThrow(
    `the recording in ${path} ended: ${FULL}`,
  );
  // Somebody made room: too late for it.
  storage.roomBytes = Number.POSITIVE_INFINITY;
  recording.close();
  expect(readdirSync(folder)).toEqual(["run.jsonl"]);
  const { message, out } = await refusalOf(["replay", path, "--print"]);
  expect(out).toContain("PUT k3 (revision 4)");
  expect(message).toContain("the line breaks off");
});

it("stays as it was written where only its end does not fit", async () => {
  const storage = disk();
  const { path, recording } = recorded(storage.write);
  storage.roomBytes = 0;
  recording.close();
  expect(recording.file.failure).toBe(FULL);
  expect(readdirSync(folder)).toEqual(["run.jsonl"]);
  const { out } = await leasehold(["replay", path, "--print"]);
  expect(out).toContain("PUT k30 (revision 31)");
});
