/** Whose lanes the evidence has: each role of each log, and each recording; by names that are short and differ. */
import type { EvidenceSource, LogSource, RecordingSource } from "./fact.ts";
import { membersIn, type LoggedMember } from "./participants.ts";

/** What one lane is told from. */
export interface EvidenceLane {
  readonly name: string;
  readonly role: string;
  readonly source: LogSource | RecordingSource;
  /** Of a log: the memberships of the role, in their order. */
  readonly members: readonly LoggedMember[];
}

/** Where no line tells the role. */
export const SOME_ROLE = "coordinator";

export function lanesIn(sources: readonly EvidenceSource[]): readonly EvidenceLane[] {
  const found = sources.flatMap((source): Omit<EvidenceLane, "name">[] => {
    if (source.type === "store") return [];
    if (source.type === "recording") {
      const role = source.scenario.coordinators[0]?.role ?? SOME_ROLE;
      return source.stretches.length === 0 ? [] : [{ role, source, members: [] }];
    }
    const byRole = new Map<string, LoggedMember[]>();
    for (const member of membersIn(source)) {
      const { role = SOME_ROLE } = member;
      byRole.set(role, [...(byRole.get(role) ?? []), member]);
    }
    return [...byRole].map(([role, members]) => ({ role, source, members }));
  });
  const names = new Set<string>(["etcd"]);
  return found.map((lane) => ({ ...lane, name: nameFor(lane, found, names) }));
}

function nameFor(
  { role, source }: Omit<EvidenceLane, "name">,
  all: readonly Omit<EvidenceLane, "name">[],
  names: Set<string>,
): string {
  const short = shortName(source);
  const several = all.filter((one) => one.source === source).length > 1;
  const wanted = several ? `${short} ${role}` : short;
  let name = wanted;
  for (let number = 2; names.has(name); number++) name = `${wanted} #${number}`;
  names.add(name);
  return name;
}

const ENDINGS = /(?:\.(?:log|txt|out|jsonl|json|gz|\d{1,3}))+$/u;

/** `logs/rootcoord-a.log.gz` as rootcoord-a; a pod's name of `pod/container`. */
function shortName(source: LogSource | RecordingSource): string {
  const file = source.type === "recording" ? source.name : source.file;
  const isFile = source.type === "recording" || source.writer === source.file;
  const base = isFile ? (file.split(/[/\\]/u).at(-1) ?? file).replace(ENDINGS, "") : source.writer;
  const pod = isFile ? base : (base.split("/")[0] ?? base);
  return pod === "" || pod === "-" ? "stdin" : pod;
}
