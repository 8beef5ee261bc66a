/** `--ended FILE=INSTANT`: whose process had ended by when, which no line of its own can tell. */
import type { DatedLine, EvidenceSource, LogSource, RecordingSource } from "../../evidence/fact.ts";
import { placeText } from "../../evidence/fact.ts";
import { membersIn } from "../../evidence/participants.ts";
import { logInstant, readAnyInstant, type WrittenInstant } from "../../milvus/log-format.ts";
import { UserError } from "../base/user-error.ts";

const FORM = "write it like a.log=2024-03-04T04:23:00Z, with an offset from UTC";

type Writer = LogSource | RecordingSource;

/** Throws a {@link UserError} where nobody is meant, or somebody who went on. */
export function endsVouchedFor(
  given: readonly string[],
  sources: readonly EvidenceSource[],
  clocksWithinMs = 0,
): ReadonlyMap<EvidenceSource, WrittenInstant> {
  const writers = sources.filter((source): source is Writer => source.type !== "store");
  return new Map(
    given.map((text): readonly [EvidenceSource, WrittenInstant] => {
      const [name, when] = parsed(text);
      const writer = writerNamed(name, writers);
      if (writer.type === "log" && writer.facts.length === 0)
        throw new UserError({
          where: `--ended ${text}`,
          what: `what ${name} says stands in another file too, and is taken from there`,
          remedy: "name each process' log once",
        });
      const after = linesOf(writer, writers)
        .map((log) => lineAfter(log, when.at + when.grainMs - 1 + clocksWithinMs))
        .find((line) => line !== undefined);
      if (after === undefined) return [writer, when];
      const what = `its process wrote on after that: ${placeText(after.place)} is of ${logInstant(after.at)}`;
      throw new UserError({
        where: `--ended ${text}`,
        what,
        remedy: "name the instant at which it had ended",
      });
    }),
  );
}

function parsed(text: string): readonly [name: string, when: WrittenInstant] {
  const at = text.lastIndexOf("=");
  const when = at < 1 ? undefined : readAnyInstant(text.slice(at + 1), {});
  if (when === undefined)
    throw new UserError({ where: `--ended ${text}`, what: "it names no file and instant", remedy: FORM });
  return [text.slice(0, at), when];
}

function writerNamed(name: string, writers: readonly Writer[]): Writer {
  const all = writers.filter(
    (one) =>
      one.name === name ||
      (one.type === "log" ? one.file === name || one.writer === name : one.files.includes(name)),
  );
  const exact = all.find((one) => one.name === name) ?? all[0];
  if (exact !== undefined && (all.length === 1 || exact.name === name)) return exact;
  const names = (all.length > 1 ? all : writers).map((one) => one.name).join(", ");
  throw new UserError({
    where: `--ended ${name}`,
    what: all.length > 1 ? "several processes wrote it" : "nobody is called so",
    remedy: names === "" ? "name a log or a recording that is read" : `name one of these: ${names}`,
  });
}

/** Its own log; of a recording, one that bears its server id alone. */
function linesOf(writer: Writer, writers: readonly Writer[]): LogSource[] {
  if (writer.type === "log") return [writer];
  const ids = new Set(
    writer.stretches
      .flat()
      .flatMap(({ seen }) => seen.flatMap((one) => (one.type === "milestone" ? [one.serverId] : []))),
  );
  return writers.filter((one): one is LogSource => {
    if (one.type !== "log") return false;
    const own = membersIn(one).flatMap(({ serverId }) => serverId ?? []);
    return own.length > 0 && own.every((id) => ids.has(id));
  });
}

/** What it wrote of other things tells too that it was there. */
function lineAfter({ facts, latest }: LogSource, epochMs: number): DatedLine | undefined {
  for (const { at, place } of facts) if (at !== undefined && at > epochMs) return { at, place };
  return latest !== undefined && latest.at > epochMs ? latest : undefined;
}
