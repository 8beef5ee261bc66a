/** `leasehold fidelity`: the simulated etcd beside a real one, command by command. */
import fc from "fast-check";
import type { EtcdVersion } from "../../../models/etcd.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { wholeNumber, type Flags } from "../base/flags.ts";
import { ProgressLine } from "../base/progress.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { draft, type Draft } from "./commands.ts";
import { Comparison, type Deviation } from "./compare.ts";
import { measureExpiry, type Delays } from "./expiry.ts";
import { startOwnEtcd } from "./own-etcd.ts";
import { RealSide, SimulatedSide } from "./sides.ts";

const COMMANDS = 20_000;
const LEASES = 40;
const DRAWN_AT_ONCE = 1000;
/** What a watcher on a busy machine adds to the lessor's scan of 500 ms. */
const EXPIRY_ALLOWANCE_MS = 250;

/** Drafts without end, the same for the same seed. */
export function* draftsFrom(seed: number): Generator<Draft, never> {
  for (let part = 0; ; part++) {
    yield* fc.sample(draft, { numRuns: DRAWN_AT_ONCE, seed: seed + part });
  }
}

export async function fidelity(flags: Flags, terminal: Terminal): Promise<ExitCode> {
  const commands = wholeNumber(flags, "commands", 1, 100_000_000) ?? COMMANDS;
  const seed = wholeNumber(flags, "seed", 0, 2 ** 31) ?? Math.floor(Math.random() * 2 ** 31);
  const given = flags["etcd"];
  const own = given === undefined ? await startOwnEtcd() : undefined;
  const endpoint = own?.endpoint ?? String(given);
  try {
    const { name, version } = await versionOf(endpoint);
    terminal.out(
      `Comparing the simulated etcd ${version} with a real etcd ${name}, ${grouped(commands)} commands, seed ${seed}\n\n`,
    );
    const real = new RealSide(endpoint);
    const simulated = new SimulatedSide(version);
    const first = await real.ask({ type: "range", key: "\0", rangeEnd: "\0", countOnly: true });
    if (first.type === "error" || first.response.header.revision !== 1) {
      real.close();
      throw new UserError({
        where: "--etcd",
        what: `${endpoint} ${first.type === "error" ? `does not answer: ${first.message}` : "has been used before"}`,
        remedy: "name a new, empty etcd: the comparison writes and deletes everywhere; or leave --etcd out",
        exitCode: EXIT.environment,
      });
    }
    const comparison = new Comparison(real, simulated);
    const deviation = await compare(comparison, commands, seed, terminal);
    real.close();
    if (deviation !== undefined) {
      terminal.out(renderDeviation(deviation));
      terminal.out(`\nAgain:  leasehold fidelity --seed ${seed} --commands ${deviation.number}\n`);
      return EXIT.violated;
    }
    terminal.out(renderCoverage(comparison));
    const delays = await measureExpiry(endpoint, version, LEASES);
    terminal.out(renderDelays(delays));
    const late = (delays.real.at(-1) ?? 0) > 500 + EXPIRY_ALLOWANCE_MS || (delays.real[0] ?? -1) < 0;
    return late ? EXIT.violated : EXIT.holds;
  } finally {
    await own?.stop();
  }
}

async function compare(
  comparison: Comparison,
  commands: number,
  seed: number,
  terminal: Terminal,
): Promise<Deviation | undefined> {
  const progress = new ProgressLine(terminal, "commands");
  try {
    const drafts = draftsFrom(seed);
    while (comparison.commands < commands) {
      const deviation = await comparison.step(drafts.next().value);
      if (deviation !== undefined) return deviation;
      progress.show({ done: comparison.commands, total: commands, note: "" });
    }
    return await comparison.settle({ type: "unwatch", place: 0 });
  } finally {
    progress.clear();
  }
}

/** The real one's version, and which of the simulated ones it is compared with. */
async function versionOf(endpoint: string): Promise<{ name: string; version: EtcdVersion }> {
  let name: string;
  try {
    const url = endpoint.includes("://") ? endpoint : `http://${endpoint}`;
    const reply = await fetch(`${url}/version`, { signal: AbortSignal.timeout(5000) });
    name = String(((await reply.json()) as { etcdserver?: unknown }).etcdserver);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError({
      where: "--etcd",
      what: `${endpoint} does not tell its version (${why})`,
      remedy: "name a member's client address, without TLS; or leave --etcd out",
      exitCode: EXIT.environment,
    });
  }
  const version = name.startsWith("3.4.") ? "3.4.23" : name.startsWith("3.5.") ? "3.5.18" : "3.6";
  return { name, version };
}

function renderDeviation({ command, number, real, simulated }: Deviation): string {
  const shown = (value: unknown) => JSON.stringify(value);
  return `They differ at command ${grouped(number)}:\n  ${shown(command)}\n  real       ${shown(real)}\n  simulated  ${shown(simulated)}\n`;
}

function renderCoverage({ commands, covered, events }: Comparison): string {
  const rows = [...covered].sort(([left], [right]) => (left < right ? -1 : 1));
  const width = Math.max(...rows.map(([, count]) => grouped(count).length));
  const lines = rows.map(([what, count]) => `  ${grouped(count).padStart(width)}  ${what}\n`);
  return `No difference in ${grouped(commands)} commands and ${grouped(events)} watched events:\n${lines.join("")}\n`;
}

function renderDelays({ real, simulated }: Delays): string {
  const shown = (delays: readonly number[]): string => {
    const at = (part: number) =>
      ((delays[Math.floor(part * (delays.length - 1))] ?? Number.NaN) / 1000).toFixed(3);
    return `${at(0)} / ${at(0.5)} / ${at(1)}`;
  };
  return `From a lease's end to the deletion of its key, ${real.length} leases, least / median / most in s:\n  real       ${shown(real)}\n  simulated  ${shown(simulated)}\n`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/gu, " ");
}
