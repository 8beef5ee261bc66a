/** From files to evidence, a chunk of lines at a time. */
import { statSync } from "node:fs";
import type { Evidence } from "../../evidence/evidence.ts";
import { placeText, type LinePlace } from "../../evidence/fact.ts";
import { LONGEST_MAPPED, type LineMapping } from "../../evidence/line-mapping.ts";
import { unwrap } from "../../evidence/unwrap.ts";
import { ProgressLine } from "../base/progress.ts";
import type { Terminal } from "../base/terminal.ts";
import { STDIN } from "../base/text-input.ts";
import { UserError } from "../base/user-error.ts";
import { foreignKind } from "./foreign.ts";
import { logLines } from "./log-input.ts";
import { endsWithin } from "./time-limit.ts";

const ENOUGH_TO_KNOW = 50;

/** Throws a {@link UserError}. `patienceMs`: real time that the lines read at once may take, of which there are a few thousand. */
export async function gather(
  files: readonly string[],
  evidence: Evidence,
  mappings: readonly LineMapping[],
  terminal: Terminal,
  patienceMs = 10_000,
): Promise<void> {
  const total = files.reduce((sum, file) => sum + sizeOf(file), 0);
  const progress = new ProgressLine(terminal, "kB");
  let read = 0;
  try {
    for (const file of files) {
      let line = 0;
      evidence.begin(file);
      const start: string[] = [];
      for await (const lines of logLines(file, (bytes) => void (read += bytes))) {
        for (const text of lines.slice(0, ENOUGH_TO_KNOW - start.length)) start.push(text.slice(0, 500));
        const take = (): void => lines.forEach((text) => evidence.line(file, ++line, text));
        const before = line;
        if (mappings.length === 0) take();
        else if (!endsWithin(patienceMs, take))
          throw endless(mappings, { file, line }, lines[line - before - 1] ?? "", patienceMs);
        progress.show({
          done: Math.floor(read / 1024),
          total: Math.ceil(Math.max(total, read) / 1024),
          note: "",
        });
      }
      refuseForeign(file, evidence, start.join("\n"));
    }
  } finally {
    progress.clear();
  }
}

/** Which rule it was is found by trying each of them on that line. */
function endless(
  mappings: readonly LineMapping[],
  place: LinePlace,
  text: string,
  patienceMs: number,
): UserError {
  const tried = mappings.flatMap(({ name, rules, time }) =>
    [...(time === undefined ? [] : [time]), ...rules.map(({ match }) => match)].map((match) => ({
      match,
      name,
    })),
  );
  const { layers = [text], text: inner } = unwrap(text);
  const texts = [...layers, inner].map((one) => one.slice(0, LONGEST_MAPPED));
  const slow = tried.find(
    ({ match }) => !endsWithin(patienceMs / 10, () => void texts.some((one) => match.test(one))),
  );
  const where = placeText(place);
  return slow === undefined
    ? new UserError({ where, what: "reading stood still here", remedy: "run it again" })
    : new UserError({
        where: slow.name,
        what: `${slow.match.source} does not come to an end on ${where}`,
        remedy: "let no repeated part contain another that may be repeated over the same text, as in (a+)+",
      });
}

function sizeOf(file: string): number {
  return file === STDIN ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
}

/** A file that some other command takes is no log that says nothing. */
function refuseForeign(file: string, evidence: Evidence, start: string): void {
  const count = evidence.counts.get(file);
  const known = evidence.foreign.find((one) => one.file === file);
  const foreign = known ?? (count === undefined || count.used > 0 ? undefined : foreignKind(file, start));
  if (foreign === undefined) return;
  throw new UserError({ where: file, what: foreign.what, remedy: foreign.remedy.replace("FILE", file) });
}
