/** What `leasehold simulate` says beside timeline and logs: its head, its lines for scripts, its list. */
import { shipped } from "../../../models/variant.ts";
import { builtIns } from "../../scenario-file/built-in.ts";
import { writeDuration } from "../../scenario-file/duration.ts";
import type { ObservedRun } from "../../reading/observed-run.ts";
import { documentHead } from "../base/json.ts";
import { verdictDocument } from "../base/violation-document.ts";
import type { Terminal } from "../base/terminal.ts";
import { shortened, shown } from "../../words/shown.ts";
import { ttlText } from "../../words/ttl.ts";

export function renderHead(
  { scenario, variant }: ObservedRun,
  look: string | undefined,
  { paint }: Terminal,
): string {
  const { coordinators, etcd, horizonMs, title } = scenario;
  const who = `${coordinators.length} coordinator${coordinators.length === 1 ? "" : "s"}`;
  const head = `${paint.bold(shortened(shown(title)))}: ${who}, ${ttlText(scenario)}, etcd ${etcd.version}, ${writeDuration(horizonMs)} of virtual time`;
  const broken = variant === shipped ? "" : `variant ${variant.name}: ${variant.summary}\n`;
  return `${head}\n${broken}${look === undefined ? "" : `${look}\n`}\n`;
}

export function renderJson({ judgements, observations, scenario, variant }: ObservedRun): string {
  const header = {
    ...documentHead("observations"),
    variant: variant.name,
    scenario,
  };
  const verdicts = judgements.map(({ judge, property, verdict }) => ({
    property: property.name,
    ...(verdict === undefined
      ? { type: judge === undefined ? "outside" : "unjudged" }
      : verdictDocument(property.name, verdict, scenario)),
  }));
  return [header, ...observations, { type: "verdicts", verdicts }]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

export function listOf() {
  return builtIns.map(({ look, name, scenario }) => ({ name, look, scenario }));
}

export function renderScenarioList({ paint }: Terminal): string {
  const width = Math.max(...builtIns.map(({ name }) => name.length));
  const lines = builtIns.map(({ look, name }) => `${paint.bold(name.padEnd(width))}  ${look}\n`);
  return `${lines.join("")}\nleasehold simulate NAME runs one, with --yaml it prints one as a file to begin with.\n`;
}
