/** The panels beside or below the lanes: one coordinator's chart and timers, the store, messages under way, promises. */
import { promisesAbout } from "../../properties/known.ts";
import { NO_LEASE } from "../../models/etcd-api.ts";
import type { CoordinatorMoment, KeyMoment } from "../run/moment.ts";
import { sentenceOf } from "../trace/tell-verdict.ts";
import { shortKey, tellName } from "../trace/words.ts";
import { seconds } from "../words/seconds.ts";
import type { History, HistoryMoment } from "../run/history.ts";
import type { Panel } from "./model.ts";
import { isPast, type Cursor } from "./moves.ts";
import { evidence } from "./evidence.ts";
import { bar, span, type Line, type Span } from "./spans.ts";
import { cellsOf, cut, pad, padStart, widest, wrap } from "../words/cells.ts";
import { nodeNamed } from "../simulation/names.ts";
import { timingOf } from "../simulation/scenario.ts";

export interface PanelView {
  readonly history: History;
  readonly cursor: Cursor;
  readonly moment: HistoryMoment;
  readonly selected: number;
  readonly width: number;
}

export interface PanelLines {
  readonly title: Line;
  readonly lines: readonly Line[];
}

export function panelLines(panel: Panel, view: PanelView): PanelLines {
  switch (panel) {
    case "chart":
      return chartPanel(view);
    case "store":
      return storePanel(view);
    case "messages":
      return messagesPanel(view);
    case "promises":
      return promisesPanel(view);
  }
}

function chartPanel({ history, moment, selected, width }: PanelView): PanelLines {
  const one = moment.coordinators[selected];
  if (one === undefined) return { title: [span("chart", "title")], lines: [] };
  const paths = one.state.map((path): Line => [span(` ${path.replace(/^member\./u, "")}`, "strong")]);
  const { ttlMs } = timingOf(history.header.scenario, selected);
  return {
    title: [span(`chart of ${one.name}`, "title")],
    lines: [
      ...(one.status === "down" ? [[span(" the process is down", "quiet")]] : paths),
      ...identityLines(one, width),
      ...(one.status === "down" ? [] : timerLines(one, ttlMs, width)),
    ],
  };
}

/** The ledger: what identifies it at etcd. */
function identityLines({ lease, serverId, token }: CoordinatorMoment, width: number): Line[] {
  const known = [
    serverId === 0 ? "" : `server id ${serverId}`,
    lease === NO_LEASE ? "" : `lease ${shortLease(lease)}`,
    token === 0 ? "" : `fencing token ${token}`,
  ].filter((text) => text !== "");
  return known.length === 0
    ? []
    : wrap(` ${known.join(" · ")}`, width, " ").map((text) => [span(text, "quiet")]);
}

const HOUR_MS = 3_600_000;

function timerLines({ timers }: CoordinatorMoment, ttlMs: number, width: number): Line[] {
  const cells = Math.min(10, Math.max(0, width - 32));
  return timers.map(({ inMs, timer }): Line => {
    const due = inMs < 0 ? "overdue" : inMs > HOUR_MS ? "in > 1 h" : `in ${seconds(inMs)}`;
    return [
      span(` · ${pad(tellName(timer), 12)} `),
      span(`${padStart(due, 12)} `),
      span(bar(inMs / ttlMs, cells), "quiet"),
    ];
  });
}

export function shortLease(lease: string): string {
  return lease === NO_LEASE ? "–" : lease.length <= 6 ? lease : `…${lease.slice(-4)}`;
}

function storePanel({ cursor, history, moment, width }: PanelView): PanelLines {
  const { keys } = moment;
  const fresh = freshRevision(history, cursor, moment);
  const holders = new Map(
    moment.coordinators.filter(({ lease }) => lease !== NO_LEASE).map(({ lease, name }) => [lease, name]),
  );
  const longest = widest(
    keys.map(({ key }) => shortKey(key)),
    3,
  );
  const names = Math.min(longest, Math.floor(width * 0.45));
  const head: Line = [span(` ${pad("key", names)} create  mod  ver  lease`, "quiet")];
  return {
    title: [span(`store at revision ${moment.etcd.revision}`, "title")],
    lines: [head, ...keys.map((key) => keyLine(key, key.modRevision === fresh, names, holders, width))],
  };
}

/** The revision that this very event made; 0: none. */
function freshRevision(history: History, { n }: Cursor, { etcd }: HistoryMoment): number {
  const before = n === 0 ? etcd.revision : history.frame(n - 1).world.etcd.store.revision;
  return before === etcd.revision ? 0 : etcd.revision;
}

function keyLine(
  { createRevision, key, lease, modRevision, value, version }: KeyMoment,
  fresh: boolean,
  names: number,
  holders: ReadonlyMap<string, string>,
  width: number,
): Line {
  const numbers = `${padStart(String(createRevision), 6)}${padStart(String(modRevision), 5)}${padStart(String(version), 5)}`;
  const holder = holders.get(lease);
  const owner = holder === undefined ? shortLease(lease) : `${shortLease(lease)} ${holder}`;
  const used = names + 20 + cellsOf(owner) + 3;
  const rest: Span[] = width - used > 6 ? [span(`  ${cut(value, width - used)}`, "quiet")] : [];
  const tone = fresh ? "strong" : "plain";
  return [
    span(fresh ? "*" : " ", "warn"),
    span(`${pad(shortKey(key), names)} ${numbers}  `, tone),
    span(owner),
    ...rest,
  ];
}

const DELIVERIES = {
  held: "will wait",
  gone: "to nobody",
  late: "nobody waits",
  stale: "to a stale leader",
  "cut off": "cut off",
  refused: "refused",
} as const;

function messagesPanel({ cursor, history, moment }: PanelView): PanelLines {
  const { scenario } = history.header;
  const fates = history.course.troubles.filter(({ at, n }) => n <= cursor.n && at <= cursor.at);
  const flying = moment.messages.map(({ delivery, direction, inMs, node, purpose, what }): Line => {
    const place = nodeNamed(scenario, node);
    const fate = fates.findLast(
      (one) => one.node === place && one.fate !== "lost" && one.until > cursor.at && one.purpose === purpose,
    );
    const arrow = direction === "to etcd" ? `${node} ─▶ etcd` : `etcd ─▶ ${node}`;
    const words = [fate?.fate, delivery === undefined ? undefined : DELIVERIES[delivery]].filter(
      (one) => one !== undefined,
    );
    return [
      span(` ${arrow} `),
      span(what, "strong"),
      span(` in ${seconds(inMs)}`, "quiet"),
      ...(words.length === 0 ? [] : [span(` ${words.join(", ")}`, "bad")]),
    ];
  });
  const waiting = moment.coordinators.flatMap(({ name }, place) =>
    (history.frame(cursor.n).world.nodes[place]?.open ?? [])
      .filter(({ purpose }) => !moment.messages.some((one) => one.node === name && one.purpose === purpose))
      .map(({ purpose, timeoutMs }): Line => {
        const lost = fates.findLast(
          (one) => one.node === place && one.purpose === purpose && one.fate === "lost",
        );
        return [
          span(` ${name} waits for `),
          span(purpose, "strong"),
          ...(lost === undefined ? [] : [span(` ${lost.leg} lost at ${seconds(lost.at)}`, "bad")]),
          span(`, ${waitText(timeoutMs - cursor.at)}`, "quiet"),
        ];
      }),
  );
  const lines = [...flying, ...waiting];
  return {
    title: [span("under way", "title")],
    lines: lines.length === 0 ? [[span(" nothing", "quiet")]] : lines,
  };
}

/** Its own clock decides when it gives up; one that stands still never does. */
function waitText(leftMs: number): string {
  return leftMs === Number.POSITIVE_INFINITY ? "for ever" : `gives up in ${seconds(Math.max(0, leftMs))}`;
}

/** Narrower than this, sentences about the future would push facts out of sight. */
const ROOM_FOR_SENTENCES = 50;

function promisesPanel({ cursor, history, moment, width }: PanelView): PanelLines {
  const { broken, outside } = history.survey;
  const { property } = history.header;
  const promises = promisesAbout(history.header.scenario);
  const names = Math.max(0, ...promises.map(({ name }) => name.length));
  const room = Math.max(10, width - names - 4);
  const lines = promises.map(({ guarantee, name }) => {
    const found = broken.find((one) => one.property === name && isPast(history, cursor, one));
    const assumption = outside.get(name);
    const verdict: Verdict =
      found !== undefined
        ? { mark: span(" ✗ ", "bad"), why: sentenceOf(found.violation), rank: 0 }
        : assumption !== undefined
          ? { mark: span(" – ", "quiet"), why: `promised only if ${assumption.says}`, rank: 2 }
          : { mark: span(" ✓ ", "good"), why: evidence(name, history, cursor, moment), rank: 1 };
    const why = verdict.why ?? (room >= ROOM_FOR_SENTENCES ? guarantee : "");
    // Facts in a line each; whole sentences for what matters here, and where there is room for them.
    const whole = name === property || verdict.rank === 0 || room >= ROOM_FOR_SENTENCES;
    const told = (whole ? wrap(why, room) : [cut(why, room)]).map((part, at): Line => [
      at === 0 ? verdict.mark : span("   "),
      span(pad(at === 0 ? name : "", names), name === property ? "strong" : "plain"),
      span(` ${part}`, verdict.rank === 0 ? "bad" : "quiet"),
    ]);
    return { rank: name === property ? -1 : verdict.rank, told };
  });
  return {
    title: [span("promises so far", "title")],
    lines: lines.toSorted((left, right) => left.rank - right.rank).flatMap(({ told }) => told),
  };
}

interface Verdict {
  readonly mark: Span;
  readonly why: string | undefined;
  /** The worst first, what says nothing here last. */
  readonly rank: number;
}
