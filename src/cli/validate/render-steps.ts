/** What was logged, as one list. */
import type { ChalkInstance } from "chalk";
import type { Alignment } from "../../evidence/align.ts";
import { placeText, type EvidenceSource } from "../../evidence/fact.ts";
import { isOrdered, timelineOf, type LoggedStep } from "../../evidence/timeline.ts";
import { logInstant } from "../../milvus/log-format.ts";
import { countOf } from "../../words/count.ts";
import { seconds } from "../../words/seconds.ts";

/** A step as its line is told. */
export const STEP_WORDS: Readonly<Record<LoggedStep["milestone"], string>> = {
  starting: "starts",
  identified: "draws its server id",
  registered: "registered",
  standby: "stands by",
  campaigning: "campaigns",
  outrun: "finds the role taken",
  watching: "watches the active key",
  vacancy: "sees the active key gone",
  won: "WON the role",
  prepare: "has loaded the metadata",
  active: "serves",
  deposed: "serves no more",
  lost: "lost its membership",
  stopping: "is stopping",
  stopped: "has stopped",
  exited: "leaves",
  gaveUp: "gives up",
  leaseKept: "stopped, its lease runs on",
  leaving: "ends itself",
};

/** As many steps are shown from each end of a long log; the document has all. */
const MOST_STEPS = 20;

export function stepLines(
  sources: readonly EvidenceSource[],
  alignment: Alignment,
  paint: ChalkInstance,
): string[] {
  const steps = timelineOf(sources, alignment);
  if (steps.length === 0) return [];
  const isWall = alignment.clocks[0]?.source.type === "log";
  let open = 0;
  const lines = steps.map((step, at) => {
    const before = steps[at - 1];
    const unsure = before !== undefined && !isOrdered(before, step, alignment);
    if (unsure) open++;
    const id = step.serverId === undefined || step.serverId === 0 ? "" : ` ${step.serverId}`;
    const who = `${step.role ?? "a role"}${id}`.padEnd(14);
    return `${unsure ? "~" : " "} ${whenText(step, isWall)}  ${who} ${STEP_WORDS[step.milestone].padEnd(26)} ${paint.dim(placeText(step.place))}`;
  });
  const left = lines.length - 2 * MOST_STEPS;
  const kept =
    left <= 0
      ? lines
      : [
          ...lines.slice(0, MOST_STEPS),
          paint.dim(`  … ${countOf(left, "more step")}`),
          ...lines.slice(-MOST_STEPS),
        ];
  const clocks = new Set(steps.map(({ source }) => source)).size;
  const by = clocks === 1 ? "by its own clock" : "by the clocks as aligned";
  const note = open === 0 ? [] : [paint.dim("~ nothing proves that it came after the line above it")];
  return [paint.bold(`What was logged, ${by}`), ...kept, ...note, ""];
}

function whenText({ at, ownMs, source }: LoggedStep, isWall: boolean): string {
  if (at === undefined) return ownMs === undefined ? "no instant" : `${seconds(ownMs)} of its own`;
  if (isWall) return logInstant(at);
  return `${seconds(at)}${source.type === "log" ? "" : " of the first"}`;
}
