/** What is put into templates: its type, and numbers as texts. */
import type { SVGTemplateResult, TemplateResult } from "lit-html";

/** What a template takes the place of a child by. */
export type Markup = TemplateResult | SVGTemplateResult | string | readonly Markup[];

/** Coordinates need no more than a tenth of a pixel. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** About how wide a character of the diagram's small text is. */
export const CHARACTER_PX = 6.1;

/** As many words of the text as fit into so many pixels, without a number of which the unit is cut off; "" if that says nothing. */
export function fitting(text: string, room: number): string {
  const most = Math.floor(room / CHARACTER_PX);
  if (text.length <= most) return text;
  const cut = text.slice(0, Math.max(0, text.lastIndexOf(" ", most - 1)));
  const words = cut.replace(/[^\p{L}❚]+$/u, "");
  return words === "" ? "" : `${words}…`;
}

/** `61.204 s`, as the command prints instants. */
export function clockText(ms: number): string {
  return `${(ms / 1000).toFixed(3).replace("-", "−")} s`;
}

/** The same to the last digit, where an instant is that of a fault: `0.0225 s`. */
export function instantText(ms: number): string {
  const [, digits = ""] = String(Number(ms.toFixed(3))).split(".");
  return `${(ms / 1000).toFixed(3 + digits.length)} s`;
}

/** `59.2 s`, `840 ms`: how long, not when. */
export function lengthText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `5 min`, `2 min 1 s`: how long a run is. */
export function minutesText(ms: number): string {
  const [minutes, rest] = [Math.floor(ms / 60_000), (ms % 60_000) / 1000];
  const seconds = `${Number(rest.toFixed(1))} s`;
  return minutes === 0 ? seconds : rest === 0 ? `${minutes} min` : `${minutes} min ${seconds}`;
}
