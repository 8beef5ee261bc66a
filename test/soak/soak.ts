/**
 * Real coordinators on a real etcd under faults for as long as one likes: `npm run soak`. On each of several stages, round after round,
 * three coordinators, a client that writes all the time, and faults in an order drawn from a seed, while etcd itself is struck
 * now and then; after each round every recording is judged by the promises and everything that was acknowledged is looked for.
 */
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findExecutable } from "../../src/cli/base/executable.ts";
import { startCoordinator, type CoordinatorProcess } from "../production/coordinator.ts";
import { Writer } from "../production/writer.ts";
import { EtcdStriker, openEtcdHouse, type EtcdHouse } from "./etcd-house.ts";
import { heldBy, Report } from "./report.ts";
import { BY_HAND, KINDS, Struck } from "./strikes.ts";

const given = (name: string, otherwise: number) => Number(process.env[`LEASEHOLD_SOAK_${name}`] ?? otherwise);
const MINUTES = given("MINUTES", 20);
const SEED = given("SEED", Date.now() % 1_000_000);
/** At once: each has three coordinators, and keeps a core busy now and then. */
const STAGES = given("STAGES", 4);
const MEMBERS = given("MEMBERS", 1) === 3 ? 3 : 1;
/** Where the recordings of a round with a finding go. */
const KEEP = process.env["LEASEHOLD_SOAK_KEEP"];
const JSON_FILE = process.env["LEASEHOLD_SOAK_JSON"];
const FAULTS_A_ROUND = 40;
const WRITERS = 3;
const ETCD_EVERY_MS = 15_000;
const PROGRESS_EVERY_MS = 10_000;

const report = new Report({ minutes: MINUTES, seed: SEED, stages: STAGES, members: MEMBERS });
let house: EtcdHouse;
let striker: EtcdStriker;
let untouched: CoordinatorProcess;

beforeAll(async () => {
  const executable = findExecutable(["etcd"]);
  if (executable === undefined) throw new Error("there is no etcd on PATH: apt-get install etcd-server");
  house = await openEtcdHouse(executable, MEMBERS);
  striker = new EtcdStriker(house, (name) => report.struck(name));
  const settings = ["--ttl", "10s", "--port", "0", "--after-loss", "stand-by", "--log-level", "info"];
  const etcd = ["--etcd", house.endpoints.join(",")];
  untouched = startCoordinator("the one that nobody strikes", ["datacoord", ...settings, ...etcd]);
  await untouched.says("serving the catalogue");
}, 60_000);

afterAll(async () => {
  process.stdout.write(`\n${report.text()}\n`);
  if (JSON_FILE !== undefined) writeFileSync(JSON_FILE, `${JSON.stringify(report.data(), undefined, 2)}\n`);
  await untouched.end();
  await house.stop();
}, 60_000);

it(
  `loses nothing and breaks no promise in ${MINUTES} minutes (seed ${SEED})`,
  async () => {
    const end = performance.now() + MINUTES * 60_000;
    const goesOn = () => performance.now() < end;
    const stages = Array.from({ length: STAGES }, async (_, lane) => {
      for (let round = 0; goesOn(); round++) await playRound(SEED + lane + STAGES * round, goesOn);
    });
    await Promise.all([...stages, strikeEtcd(goesOn), tellProgress(goesOn)]);
    expect(report.broken).toEqual([]);
    expect(report.lost).toBe(0);
    expect(report.acknowledged).toBeGreaterThan(0);
    if (!report.starved) expect(report.late).toEqual([]);
  },
  (MINUTES + 5) * 60_000,
);

async function playRound(seed: number, goesOn: () => boolean): Promise<void> {
  const struck = await Struck.open(house.endpoints);
  const { stage } = struck;
  striker.join(stage);
  // In two rounds of three nobody touches keys by hand, so that every promise counts.
  const kinds = Object.entries(seed % 3 === 0 ? { ...KINDS, ...BY_HAND } : KINDS);
  const kind = fc.oneof(...kinds.map(([name, weight]) => ({ arbitrary: fc.constant(name), weight })));
  const blow = fc.record({ kind, drawn: fc.nat() });
  try {
    struck.startAll();
    await stage.active();
    const writer = new Writer(() => struck.coordinators(), 50, WRITERS);
    await writer.progress("the start");
    for (const { drawn, kind: struckBy } of fc.sample(blow, { numRuns: FAULTS_A_ROUND, seed })) {
      if (!goesOn()) break;
      await struck.strike(struckBy, drawn);
      report.struck(struckBy);
      await writer.progress(`a ${struckBy}`, 1);
    }
    await writer.stop();
    const answer = await stage.at(await stage.active()).ask("/collections");
    const judged = stage.judge();
    report.judged(judged, stage.logs(), writer, answer?.body["collections"] as string[]);
    if (KEEP !== undefined && judged.faults.length > 0) stage.keep(join(KEEP, `round-${seed}`));
  } catch (error) {
    const logs = struck.coordinators().map((one) => `${one.name}:\n${one.log().slice(-2000)}`);
    const why = error instanceof Error ? error.message : String(error);
    report.broken.push([`round of seed ${seed}: ${why}`, ...logs].join("\n"));
  } finally {
    striker.leave(stage);
    await struck.close();
  }
  report.held.push(heldBy(untouched.process.pid ?? 0));
}

async function strikeEtcd(goesOn: () => boolean): Promise<void> {
  const draws = fc.sample(fc.nat(), { numRuns: 10_000, seed: SEED });
  for (const drawn of draws) {
    await sleep(ETCD_EVERY_MS);
    if (!goesOn()) return;
    await striker.strike(drawn);
  }
}

async function tellProgress(goesOn: () => boolean): Promise<void> {
  for (; goesOn(); await sleep(PROGRESS_EVERY_MS)) process.stderr.write(`${report.line()}\n`);
}
