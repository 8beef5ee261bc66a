/** A line for each coordinator and one for etcd: who serves, how long the leases last, what their clocks show. */
import type { HistoryMoment, StandingMoment } from "../run/history.ts";
import { tellMembers } from "../run/moment.ts";
import { serves, shapeOf } from "./standing.ts";
import { bar, span, type Line, type Span } from "./spans.ts";
import { cellsOf, cut, pad, padStart } from "../words/cells.ts";

export interface CoordinatorsView {
  readonly moment: HistoryMoment;
  /** Of the coordinator at that place. */
  readonly ttlMsOf: (place: number) => number;
  readonly selected: number;
  readonly width: number;
  /** Most lines; the selected coordinator and whoever serves come first. */
  readonly room: number;
}

export function coordinatorLines(view: CoordinatorsView): Line[] {
  const { moment, room, selected, width } = view;
  const { coordinators } = moment;
  const names = Math.min(
    Math.max(...coordinators.map(({ name }) => cellsOf(name)), 4),
    Math.floor(width / 4),
  );
  const shown = chosen(coordinators, selected, Math.max(1, room - 1));
  const lines = coordinators.flatMap((one, place) =>
    shown.has(place) ? [coordinatorLine(view, one, place, names)] : [],
  );
  return [...lines, etcdLine(view, names, coordinators.length - lines.length)];
}

/** Where not all fit: the selected one and whoever serves, then the others in their order. */
function chosen(
  coordinators: readonly StandingMoment[],
  selected: number,
  room: number,
): ReadonlySet<number> {
  const places = [...coordinators.keys()];
  const serving = places.filter((place) => coordinators[place] !== undefined && serves(coordinators[place]));
  return new Set([...new Set([selected, ...serving, ...places])].slice(0, room));
}

/** Digits select; beyond nine there is no digit. */
export function label(place: number): string {
  return place < 9 ? String(place + 1) : "·";
}

function coordinatorLine(view: CoordinatorsView, one: StandingMoment, place: number, names: number): Line {
  const { moment, selected, ttlMsOf, width } = view;
  const { bar: shape, word } = shapeOf(one);
  const active = serves(one);
  const tone = active ? "active" : one.status === "down" ? "quiet" : "plain";
  const chosen = place === selected;
  return [
    span(chosen ? "▸" : " ", "strong"),
    span(label(place), chosen ? "strong" : "quiet"),
    span(` ${shape} `, tone),
    span(`${pad(one.name, names)} `, chosen ? "strong" : tone),
    span(pad(word, 12), tone),
    span(" "),
    ...leaseSpans(one, ttlMsOf(place), width),
    span(" "),
    span(pad(claimText(one), 16), active ? "active" : "warn"),
    ...clockSpans(one.own, moment.at, width),
  ];
}

function leaseSpans({ leaseLeftMs, status }: StandingMoment, ttlMs: number, width: number): Span[] {
  const cells = width >= 100 ? 12 : 6;
  if (leaseLeftMs === undefined) return [span(pad("no lease", cells + 9), "quiet")];
  const left = leaseLeftMs > 0 ? `${(leaseLeftMs / 1000).toFixed(1)} s` : "expired";
  const tone =
    leaseLeftMs <= 0 ? "bad" : leaseLeftMs < ttlMs / 3 ? "warn" : status === "down" ? "quiet" : "plain";
  return [span(bar(leaseLeftMs / ttlMs, cells), tone), span(`${padStart(left, 8)} `, tone)];
}

const HOUR_MS = 3_600_000;

function claimText({ claimLeftMs }: StandingMoment): string {
  if (claimLeftMs === undefined) return "";
  if (claimLeftMs > HOUR_MS) return "serves for long";
  const seconds = `${Math.abs(claimLeftMs / 1000).toFixed(1)} s`;
  return claimLeftMs > 0 ? `serves ${seconds}` : `over ${seconds}`;
}

/** A node's own clock, and how far it is from true time. */
function clockSpans(own: number, at: number, width: number): Span[] {
  const off = own - at;
  const wrong = Math.abs(off) >= 0.5;
  const clock = `own ${(own / 1000).toFixed(3)} s`;
  const apart = `${off < 0 ? "−" : "+"}${Math.abs(off / 1000).toFixed(3)} s`;
  if (width < 88) return [span(wrong ? `clock ${apart}` : "clock true", wrong ? "warn" : "quiet")];
  return [span(clock, "quiet"), span(wrong ? ` (${apart})` : " (true)", wrong ? "warn" : "quiet")];
}

function etcdLine({ moment, width }: CoordinatorsView, names: number, hidden: number): Line {
  const { at, etcd, keys } = moment;
  const well = etcd.mode === "serving";
  const more = hidden > 0 ? `, +${hidden} more` : "";
  const text =
    etcd.members === undefined
      ? `revision ${etcd.revision}, ${keys.length} keys${more}`
      : `rev ${etcd.revision}, members ${tellMembers(etcd.members)}${more}`;
  return [
    span("  "),
    span(` ${well ? "┃" : "╳"} `, well ? "plain" : "bad"),
    span(`${pad("etcd", names)} `),
    span(pad(etcd.mode, 12), well ? "plain" : "bad"),
    span(" "),
    span(pad(text, width >= 100 ? 38 : 32), "quiet"),
    ...clockSpans(etcd.own, at, width),
  ].map((one) => ({ ...one, text: cut(one.text, width) }));
}
