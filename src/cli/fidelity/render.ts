/** What `leasehold fidelity` says, as text and as JSON. */
import type { ChalkInstance } from "chalk";
import type { EtcdVersion } from "../../../models/etcd.ts";
import { place, type StoreCommand } from "../../../properties/fidelity/command.ts";
import { ALLOWANCES } from "../../../properties/fidelity/compare.ts";
import { EXCLUSIONS } from "../../../properties/fidelity/exclusions.ts";
import type { FoundDifference, SearchResult } from "../../../properties/fidelity/search.ts";
import { grouped } from "../../words/count.ts";
import type { Delays } from "./expiry.ts";

export interface FidelityReport extends SearchResult {
  readonly seed: number;
  readonly path: string | undefined;
  readonly wanted: number;
  /** The real etcd's release, whose rules the simulated one followed. */
  readonly version: EtcdVersion;
  readonly servers: number;
  readonly seconds: number;
  readonly delays: Delays | undefined;
  /** The user ended it early. */
  readonly interrupted: boolean;
  readonly holds: boolean;
}

export function renderResult(told: FidelityReport, paint: ChalkInstance): string {
  const { counts, delays, found, holds, seconds, seed, version, wanted } = told;
  const lines = [
    `The simulated etcd beside etcd ${version}: every answer, revision, error and watch event`,
    "",
    `commands  ${grouped(counts.commands)} in ${grouped(counts.cases)} cases, ${Math.round(counts.commands / seconds)}/s`,
    `answers   ${counts.answers.size} kinds, refusals by code and text among them`,
    `events    ${grouped(counts.events)} told by watches`,
    ...EXCLUSIONS.map(
      ({ name, reason }) => `not sent  ${counts.excluded.get(name) ?? 0} by the rule ${name}: ${reason}`,
    ),
    ...(delays === undefined ? [] : renderDelays(delays)),
    "",
  ];
  if (found !== undefined) return [...lines, ...renderFound(found, paint), ""].join("\n");
  if (told.interrupted)
    lines.push(`Interrupted after ${grouped(counts.commands)} of ${grouped(wanted)} commands.`);
  const early = counts.commands < wanted && told.path === undefined ? ` (of ${grouped(wanted)} wanted)` : "";
  lines.push(
    holds
      ? paint.green(`No difference${told.interrupted ? " so far" : early}.`)
      : paint.red("Leases end at other times."),
    paint.dim(`Seed ${seed}: the same again with --seed ${seed} --commands ${wanted}`),
    "",
  );
  return lines.join("\n");
}

function renderDelays({ missing, real, simulated }: Delays): string[] {
  const line = (who: string, delays: readonly number[]): string =>
    `          ${who.padEnd(9)} ${[0, 0.25, 0.5, 0.75, 1].map((at) => quantile(delays, at).toFixed(0).padStart(4)).join(" ")}`;
  return [
    `expiry    ms from a lease's end to its DELETE, ${real.length} leases: least, quartiles, most`,
    line("real", real),
    line("simulated", simulated),
    ...(missing === 0 ? [] : [`          ${missing} never deleted`]),
  ];
}

function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN;
}

function renderFound({ commands, difference, path, seed }: FoundDifference, paint: ChalkInstance): string[] {
  const { at, base, path: where, real, simulated } = difference;
  const steps = commands.map((command, index) => {
    const text = `${String(index + 1).padStart(3)}  ${textOf(place(command, { base, picked: "picked" }))}`;
    return index === at ? paint.red(text) : text;
  });
  return [
    paint.red(`A difference, in ${where || "the answer"}${at < commands.length ? "" : ", seen at the end"}`),
    `  real       ${JSON.stringify(real) ?? "nothing"}`,
    `  simulated  ${JSON.stringify(simulated) ?? "nothing"}`,
    "",
    `After etcd was emptied, at revision ${base}:`,
    ...steps,
    "",
    `Again:  leasehold fidelity --seed ${seed} --path ${path}`,
  ];
}

/** A command on one line, without the options that say nothing. */
function textOf(command: StoreCommand): string {
  const given = command.type === "ask" ? command.request : command.message;
  const head = command.type === "ask" ? "" : `stream ${command.stream} `;
  return head + JSON.stringify(given, (_name, value: unknown) => (isSilent(value) ? undefined : value));
}

function isSilent(value: unknown): boolean {
  return value === false || value === "none";
}

export function fidelityDocument(told: FidelityReport) {
  const { counts, delays, found, holds, interrupted, ...rest } = told;
  return {
    verdict: !holds ? "different" : interrupted ? "none" : "alike",
    ...rest,
    commands: counts.commands,
    cases: counts.cases,
    events: counts.events,
    answers: Object.fromEntries(counts.answers),
    excluded: Object.fromEntries(EXCLUSIONS.map(({ name }) => [name, counts.excluded.get(name) ?? 0])),
    allowances: ALLOWANCES.map(({ name }) => name),
    ...(delays === undefined ? {} : { expiry: delays }),
    ...(found === undefined ? {} : { difference: found }),
  };
}
