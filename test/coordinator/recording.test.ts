/** When a recording says that things happened: no earlier decision may look like one that was taken too late. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Recording } from "../../src/coordinator/recording.ts";
import { createElectionConfig } from "../../src/election/config.ts";
import type { TraceEvent } from "../../src/trace/format.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-recording-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("an event has the instant at which it arrived, not that at which it was done with", () => {
  const config = createElectionConfig({
    identity: { role: "rootcoord", address: "a:53100", hostName: "a", exclusive: false, version: "2.4.0" },
    ttlSeconds: 60,
    activeStandby: true,
    afterLoss: "exit",
  });
  const file = join(folder, "write.jsonl");
  let now = 1000;
  const fail = (why: Error) => expect.fail(String(why));
  const recording = new Recording(
    file,
    "rootcoord",
    config,
    { activeStandby: true, afterLoss: "exit" },
    () => now,
    fail,
  );
  now += 500;
  recording.arrived({ type: "write", token: 7 });
  // The coordinator looks at its clock, and sends; this process is slow.
  now += 3;
  recording.sent("write");
  recording.settled("active");
  recording.close();
  const [, event] = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TraceEvent);
  expect(event).toMatchObject({ at: 500, own: 1500, seen: [{ type: "request", purpose: "write" }] });
});
