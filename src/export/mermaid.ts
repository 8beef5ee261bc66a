/**
 * A run as a Mermaid sequence diagram. It draws the turning points and the messages that led to them, and counts what lies
 * between; on request, everything. Serving is an activation bar.
 *
 * Mermaid reads `;` and `#` in a text as its own, and refuses to end a bar that does not stand (Mermaid 11).
 */
import { ETCD } from "../simulation/names.ts";
import { seconds } from "../words/seconds.ts";
import type { Lane } from "../reading/lanes.ts";
import type { MessageArrival, Message } from "../reading/message.ts";
import { partiesOf, titleOf, type RecordedRun } from "../reading/run.ts";
import type { Turn } from "../reading/turns.ts";
import type { Reading } from "../reading/reading.ts";
import { shown } from "../words/shown.ts";

export interface MermaidOptions {
  /** Every message, not only turning points. */
  readonly everything?: boolean;
}

const DELIVERIES = {
  held: "has to wait",
  gone: "nobody there",
  late: "too late",
  stale: "to a stale leader",
  "cut off": "cut off",
  refused: "refused",
} as const;

/** One line of the diagram and where it belongs. */
interface Row {
  readonly at: number;
  readonly order: number;
  readonly line: string;
  /** Not drawn but counted under this word, if any. */
  readonly routine?: string;
}

export function exportMermaid(reading: Reading, { everything = false }: MermaidOptions = {}): string {
  const { lanes, messages, run, turns } = reading;
  const ids = new Map(partiesOf(run).map((name, at) => [name, name === ETCD ? ETCD : `c${at + 1}`]));
  const id = (name: string): string => ids.get(name) ?? ETCD;
  const telling = new Set(turns.filter(({ type }) => type !== "message").map(({ n }) => n));
  const rows = [
    ...messages.flatMap((message) => messageRows(message, id, everything ? undefined : telling)),
    ...turns.filter(({ type }) => type !== "message").map((turn) => noteRow(turn, id)),
    ...lanes.flatMap((lane) => activationRows(lane, id)),
  ].sort((left, right) => left.at - right.at || left.order - right.order);
  const { header } = run;
  return [
    "sequenceDiagram",
    `  %% leasehold: ${shown(titleOf(header))}`,
    ...partiesOf(run).map(
      (name) => `  participant ${id(name)}${id(name) === name ? "" : ` as ${text(name)}`}`,
    ),
    ...withCounts(rows, run),
    "",
  ].join("\n");
}

function messageRows(
  message: Message,
  id: (name: string) => string,
  telling: ReadonlySet<number> | undefined,
): Row[] {
  const { arrivals, at, fate, from, leg, n, to, trouble, what } = message;
  const name = leg === "watch" ? "watch event" : leg === "reply" ? `${what} reply` : what;
  const order = n * 4 + 1;
  if (arrivals.length === 0) {
    if (fate === "unseen") return [{ at, order, line: arrow(id(from), "-)", id(to), at, name) }];
    return [
      { at, order, line: arrow(id(from), leg === "request" ? "-x" : "--x", id(to), at, `${name} ${fate}`) },
    ];
  }
  return arrivals.map((arrival: MessageArrival, index): Row => {
    const told = telling === undefined || trouble !== undefined || telling.has(arrival.n) || telling.has(n);
    const remark = trouble === undefined ? "" : index > 0 ? " again" : ` ${trouble}, sent ${seconds(at)}`;
    const refused = arrival.delivery === undefined ? "" : ` (${DELIVERIES[arrival.delivery]})`;
    return {
      at: arrival.at,
      order: arrival.n * 4 + 1,
      line: arrow(
        id(from),
        leg === "request" ? "->>" : "-->>",
        id(to),
        arrival.at,
        `${name}${remark}${refused}`,
      ),
      ...(told ? {} : { routine: leg === "request" ? what : "" }),
    };
  });
}

function arrow(from: string, kind: string, to: string, at: number, words: string): string {
  return `${from}${kind}${to}: ${text(`${seconds(at)} ${words}`)}`;
}

function noteRow(turn: Turn, id: (name: string) => string): Row {
  const about = turn.nodes === undefined || turn.nodes.length === 0 ? [turn.node] : turn.nodes;
  const over = [...new Set(about)].slice(0, 2).map(id).join(",");
  const words = turn.type === "breach" ? `✗ ${turn.text}` : turn.text;
  return {
    at: turn.at,
    order: turn.n * 4 + (turn.type === "fault" ? 0 : turn.type === "breach" ? 3 : 2),
    line: `Note over ${over}: ${text(`${seconds(turn.at)} ${words}`)}`,
  };
}

function activationRows({ bands, name }: Lane, id: (name: string) => string): Row[] {
  return bands.flatMap(({ from, n, standing, to }): Row[] => {
    if (standing !== "active" || to <= from) return [];
    return [
      { at: from, order: n * 4 + 3, line: `activate ${id(name)}` },
      // Ends before anything else of its instant, in particular before it can begin again.
      { at: to, order: -1, line: `deactivate ${id(name)}` },
    ];
  });
}

/** Lines of the diagram; routine is counted in a note where something is told next. */
function withCounts(rows: readonly Row[], { untilMs }: RecordedRun): string[] {
  const lines: string[] = [];
  let counts = new Map<string, number>();
  const flush = (): void => {
    const told = [...counts].map(([what, times]) => `${times} × ${what}`);
    if (told.length > 0) lines.push(`  Note over ${ETCD}: ${text(`⋮ ${told.join(", ")}`)}`);
    counts = new Map();
  };
  for (const { line, routine } of rows) {
    if (routine === undefined) {
      flush();
      lines.push(`  ${line}`);
    } else if (routine !== "") counts.set(routine, (counts.get(routine) ?? 0) + 1);
  }
  flush();
  lines.push(`  Note over ${ETCD}: ${text(`${seconds(untilMs)} end of the run`)}`);
  return lines;
}

/** What Mermaid would take for its own is written as an entity. */
function text(words: string): string {
  return oneLine(words)
    .replaceAll("#", "#35;")
    .replaceAll(/(?<!#35);/gu, "#59;");
}

function oneLine(words: string): string {
  return shown(words.replaceAll(/\s+/gu, " "));
}
