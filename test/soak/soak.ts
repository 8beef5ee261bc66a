/**
 * Real coordinators on a real etcd under faults for as long as one likes: `npm run soak`. Round after round, each three coordinators, a
 * client that writes all the time, and faults in an order drawn from a seed; after each round every recording is judged by the
 * promises and everything that was acknowledged is looked for.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findExecutable } from "../../src/cli/base/executable.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { startCoordinator, type CoordinatorProcess } from "../production/coordinator.ts";
import { Stage } from "../production/stage.ts";
import { Writer } from "../production/writer.ts";
import { heldBy, Report } from "./report.ts";

const MINUTES = Number(process.env["LEASEHOLD_SOAK_MINUTES"] ?? 20);
const SEED = Number(process.env["LEASEHOLD_SOAK_SEED"] ?? Date.now() % 1_000_000);
/** Stages at once: each keeps a core busy now and then. */
const STAGES = 2;
const FAULTS_A_ROUND = 12;
const SLOTS = [0, 1, 2];
const FLAGS = ["--after-loss", "stand-by", "--log-level", "info"];
const KINDS = ["kill", "kill", "stop", "long pause", "short pause", "handover", "compaction"] as const;
const SHORT_PAUSE_MS = 300;

const sleep = (forMs: number) =>
  new Promise((resolve) => {
    setTimeout(resolve, forMs);
  });

const report = new Report();
let etcd: RealEtcd;
let untouched: CoordinatorProcess;

beforeAll(async () => {
  const executable = findExecutable(["etcd"]);
  if (executable === undefined) throw new Error("there is no etcd on PATH: apt-get install etcd-server");
  etcd = await startEtcd(executable);
  untouched = startCoordinator("the one that nobody strikes", [
    "datacoord",
    "--ttl",
    "2s",
    "--port",
    "0",
    "--etcd",
    etcd.endpoint,
    ...FLAGS,
  ]);
  await untouched.says("serving the catalogue");
}, 60_000);

afterAll(async () => {
  process.stdout.write(`\n${report.text(MINUTES, SEED)}\n`);
  await untouched.end();
  await etcd.stop();
}, 60_000);

it(
  `loses nothing and breaks no promise in ${MINUTES} minutes (seed ${SEED})`,
  async () => {
    const end = performance.now() + MINUTES * 60_000;
    const stages = Array.from({ length: STAGES }, async (_, lane) => {
      for (let round = 0; performance.now() < end; round++) await playRound(SEED + lane + STAGES * round);
    });
    await Promise.all(stages);
    expect(report.broken).toEqual([]);
    expect(report.lost).toBe(0);
    expect(report.acknowledged).toBeGreaterThan(0);
    if (!report.starved) expect(report.late).toEqual([]);
  },
  (MINUTES + 5) * 60_000,
);

async function playRound(seed: number): Promise<void> {
  const stage = new Stage([etcd.endpoint]);
  try {
    for (const slot of SLOTS) stage.start(slot, FLAGS);
    await stage.active();
    const writer = new Writer(() => SLOTS.map((slot) => stage.at(slot)));
    await writer.progress("the start");
    for (const kind of fc.sample(fc.constantFrom(...KINDS), { numRuns: FAULTS_A_ROUND, seed })) {
      await strike(stage, kind);
      report.struck(kind);
      await writer.progress(`a ${kind}`);
    }
    await look(stage, writer);
  } catch (error) {
    report.broken.push(`round of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stage.close();
  }
  report.rounds++;
  report.held.push(heldBy(untouched.process.pid ?? 0));
  process.stderr.write(
    `${report.struckInAll} faults, ${report.acknowledged} writes, ${report.broken.length} broken\n`,
  );
}

async function strike(stage: Stage, kind: (typeof KINDS)[number]): Promise<void> {
  const slot = await stage.active();
  const since = performance.now();
  const takenOver = (boundMs: number) =>
    report.takeovers.push({ tookMs: performance.now() - since, boundMs });
  switch (kind) {
    case "kill":
      await stage.kill(slot);
      await stage.active(slot);
      takenOver(stage.crashBoundMs());
      stage.start(slot, FLAGS);
      return;
    case "stop": {
      stage.fault("stop", "begins", slot);
      stage.at(slot).signal("SIGTERM");
      const code = await stage.at(slot).ended;
      if (code !== 0) report.broken.push(`a stop ended with ${code}:\n${stage.at(slot).log().slice(-500)}`);
      await stage.active(slot);
      takenOver(stage.crashBoundMs());
      stage.start(slot, FLAGS);
      return;
    }
    case "long pause":
      stage.fault("pause", "begins", slot);
      stage.at(slot).signal("SIGSTOP");
      await stage.active(slot);
      takenOver(stage.crashBoundMs());
      stage.at(slot).signal("SIGCONT");
      stage.fault("pause", "ends", slot);
      return;
    case "short pause":
      stage.fault("pause", "begins", slot);
      stage.at(slot).signal("SIGSTOP");
      await sleep(SHORT_PAUSE_MS);
      stage.at(slot).signal("SIGCONT");
      stage.fault("pause", "ends", slot);
      return;
    case "handover":
      await stage.askToHandOver(slot);
      await stage.active(slot);
      takenOver(stage.crashBoundMs());
      return;
    case "compaction": {
      const read = await stage.ask({ type: "range", key: "anything" });
      if (read.type === "range")
        await stage.ask({ type: "compact", revision: read.header.revision }).catch(() => undefined);
      return;
    }
  }
}

/** What was acknowledged is there, every recording keeps every promise, and no process told of a bug. */
async function look(stage: Stage, writer: Writer): Promise<void> {
  await writer.stop();
  const answer = await stage.at(await stage.active()).ask("/collections");
  const listed = new Set(answer?.body["collections"] as string[]);
  report.lost += writer.acknowledged.filter(({ name }) => !listed.has(name)).length;
  report.acknowledged += writer.acknowledged.length;
  report.unanswered += writer.unanswered;
  const { faults, steps } = stage.judge();
  report.steps += steps;
  // Bounds on time are looked at in the end, where it is known whether the machine was starved.
  report.broken.push(
    ...faults.filter(
      (text) => !/^(?:bounded-takeover|no-causeless-takeover|recovery|keys-expire|clean-stop)/u.test(text),
    ),
  );
  for (const log of stage.logs())
    if (/internal error|UnhandledPromise|\n\s+at /u.test(log))
      report.broken.push(`a bug:\n${log.slice(-800)}`);
}
