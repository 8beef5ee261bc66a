/**
 * A run as a ShiViz log: two lines an event, the text and `host {vector clock}`. The clocks are those of the messages' true
 * causality: whoever takes a message knows all that its sender knew in the event that sent it, and nothing else.
 *
 * The rules are of ShiViz's own parser: own component from 1 in steps of 1, hosts without blanks, one line of text.
 */
import { consequencesOf, Teller } from "../trace/words.ts";
import { seconds } from "../words/seconds.ts";
import { titleOf } from "../reading/run.ts";
import type { Reading } from "../reading/reading.ts";
import { shown } from "../words/shown.ts";

/** What ShiViz reads an event by; its named groups become fields. */
export const SHIVIZ_EVENT = String.raw`(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`;
export const SHIVIZ_TRACE = "=== (?<trace>.*) ===";

export type VectorClock = Readonly<Record<string, number>>;

/** The clock of each event, by its number. */
export function vectorClocks({ messages, run }: Reading): Map<number, VectorClock> {
  const senders = new Map<number, number>();
  for (const { arrivals, n } of messages) {
    for (const { delivery, n: arrival } of arrivals)
      if (delivery === undefined || delivery === "stale") senders.set(arrival, n);
  }
  const clocks = new Map<number, VectorClock>();
  const current = new Map<string, VectorClock>();
  for (const { n, node } of run.events) {
    const host = hostName(node);
    const own = current.get(host) ?? {};
    const clock: Record<string, number> = { ...own, [host]: (own[host] ?? 0) + 1 };
    const sender = senders.get(n);
    for (const [other, count] of Object.entries(sender === undefined ? {} : (clocks.get(sender) ?? {}))) {
      if (other !== host) clock[other] = Math.max(clock[other] ?? 0, count);
    }
    current.set(host, clock);
    clocks.set(n, clock);
  }
  return clocks;
}

export function exportShiviz(reading: Reading): string {
  const { run } = reading;
  const clocks = vectorClocks(reading);
  const teller = new Teller();
  const lines = [SHIVIZ_EVENT, SHIVIZ_TRACE, `=== ${shown(titleOf(run.header))} ===`];
  for (const event of run.events) {
    const words = teller.tell(event);
    lines.push(oneLine(`${seconds(event.at)} ${[words.cause, ...consequencesOf(words)].join(" | ")}`));
    lines.push(`${hostName(event.node)} ${JSON.stringify(clocks.get(event.n))}`);
  }
  return `${lines.join("\n")}\n`;
}

function hostName(name: string): string {
  return shown(name.replaceAll(/\s/gu, "_"));
}

function oneLine(text: string): string {
  return shown(text.replaceAll(/\s+/gu, " "));
}
