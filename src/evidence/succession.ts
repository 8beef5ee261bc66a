/** Whether those who are known to have served a role did so one after the other: `single-active`, of what lines tell. */
import { singleActive } from "../../properties/single-active.ts";
import { told } from "../words/told.ts";
import { CANNOT_TELL } from "./cannot-tell.ts";
import { placeText } from "./fact.ts";
import { cameBefore, type EvidencePoint } from "./order.ts";
import { findOverlap, type ServiceStretch } from "./service.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** Undefined: nobody is known to have served beside another. `wins`: who may have served too. `within`: so far apart any two clocks may be, ms. */
export function judgeService(
  stretches: readonly ServiceStretch[],
  wins: readonly ServiceStretch[],
  within: number | undefined,
): EvidenceVerdict | undefined {
  return overlapping(stretches, within) ?? succeeding(stretches, wins, within);
}

function overlapping(
  stretches: readonly ServiceStretch[],
  within: number | undefined,
): EvidenceVerdict | undefined {
  const overlap = findOverlap(stretches, within);
  if (overlap === undefined) return undefined;
  const { first, second } = overlap;
  const under = ({ serverId, token }: ServiceStretch): string => {
    if (token !== undefined) return ` under token ${token}`;
    return serverId === undefined ? "" : ` under server id ${serverId}`;
  };
  const sentence =
    `${second.name} begins to serve ${second.role}${under(second)} (${placeText(second.from.place)}), and ` +
    `${first.name}, which serves it${under(first)} (${placeText(first.from.place)}), still does so at ${placeText(first.last.place)}.`;
  return {
    property: singleActive.name,
    type: "violated",
    kind: "two-active",
    facts: { role: first.role, token: second.token ?? null, otherToken: first.token ?? null },
    nodes: [first.name, second.name],
    sentence: told(sentence),
    lines: [first.from, second.from, first.last, second.last].map(({ place }) => place),
  };
}

/** Held where of every two one is proven to have served no more when the other began. */
function succeeding(
  stretches: readonly ServiceStretch[],
  wins: readonly ServiceStretch[],
  within: number | undefined,
): EvidenceVerdict | undefined {
  const terms = termsIn(stretches);
  const rivals = terms.flatMap((one, at) =>
    terms
      .slice(at + 1)
      .filter(({ role }) => role === one.role)
      .map((other) => [one, other] as const),
  );
  if (rivals.length === 0) return undefined;
  const isOpen = ([one, other]: readonly [Term, Term]): boolean =>
    !isOver(one, other, within) && !isOver(other, one, within);
  const open = rivals.find(isOpen);
  if (open !== undefined) return untold(...open, within);
  const beside = termsIn(wins)
    .flatMap((win) =>
      terms.filter(({ role }) => role === win.role).map((one): readonly [Term, Term] => [win, one]),
    )
    .find(isOpen);
  if (beside !== undefined) return untoldWin(...beside, within);
  const lines = rivals.flatMap((pair) => pair.flatMap(({ begins }) => begins.map(({ place }) => place)));
  const by = within === undefined ? "" : ", by clocks that are vouched for";
  const of = `${terms.length} terms of service that are told: each was over before the next began${by}`;
  return { property: singleActive.name, type: "held", of, lines };
}

/** One term of service, by whatever lines tell of it. */
interface Term {
  readonly name: string;
  readonly role: string;
  readonly begins: readonly EvidencePoint[];
  readonly ends: readonly EvidencePoint[];
}

/** A term may be both logged and recorded. */
function termsIn(stretches: readonly ServiceStretch[]): readonly Term[] {
  const left = new Set(stretches);
  return stretches.flatMap((one): Term[] => {
    if (!left.delete(one)) return [];
    const also = stretches.filter((other) => left.has(other) && areOne(one, other, stretches));
    for (const other of also) left.delete(other);
    const all = [one, ...also];
    const { name, role } = one;
    return [
      { name, role, begins: all.map(({ from }) => from), ends: all.flatMap(({ ended }) => ended ?? []) },
    ];
  });
}

/** A log and a recording tell of one term where its server id stands for nobody else's and for no other term. */
function areOne(one: ServiceStretch, other: ServiceStretch, all: readonly ServiceStretch[]): boolean {
  if (one.serverId === undefined || one.serverId !== other.serverId || one.role !== other.role) return false;
  if (one.recorded === other.recorded) return false;
  const alike = all.filter(({ role, serverId }) => role === one.role && serverId === one.serverId);
  return alike.length === 2;
}

function isOver(one: Term, other: Term, within: number | undefined): boolean {
  return one.ends.some((end) => other.begins.some((begin) => cameBefore(end, begin, within)));
}

/** What is missing: that one of them was over, or which came first. */
function untold(one: Term, other: Term, within: number | undefined): EvidenceVerdict {
  const property = singleActive.name;
  const [first, second] = orderOf(one, other);
  const place = (points: readonly EvidencePoint[]): string =>
    points[0] === undefined ? "" : ` (${placeText(points[0].place)})`;
  if (first.ends.length > 0)
    return {
      property,
      type: "cannot be told",
      why:
        `nothing proves that ${first.name} served no more${place(first.ends)} when ${second.name} began${place(second.begins)}, ` +
        "nor that it did",
      remedy: CANNOT_TELL[property]?.remedy ?? "",
    };
  return {
    property,
    type: "cannot be told",
    why:
      `${first.name} serves${place(first.begins)}, and no line says that it had ceased when ${second.name} began${place(second.begins)}: ` +
      "that its key was gone, or that it said no more, does not",
    remedy:
      `when its process ended, as its supervisor knows (docker inspect, kubectl describe pod, journalctl): --ended FILE=INSTANT` +
      (within === undefined ? " with --clocks-within" : ""),
  };
}

/** What is missing: that whoever won had not begun to serve, or had ceased. */
function untoldWin(win: Term, other: Term, within: number | undefined): EvidenceVerdict {
  const place = ({ begins: [point] }: Term): string =>
    point === undefined ? "" : ` (${placeText(point.place)})`;
  return {
    property: singleActive.name,
    type: "cannot be told",
    why:
      `${win.name} won ${win.role}${place(win)}, and no line says whether it served: nothing proves that it did not ` +
      `while ${other.name} served too${place(other)}`,
    remedy:
      "the rest of its log; or when its process ended, as its supervisor knows: --ended FILE=INSTANT" +
      (within === undefined ? " with --clocks-within" : ""),
  };
}

/** As their clocks have it, where they have any. */
function orderOf(one: Term, other: Term): readonly [Term, Term] {
  const at = ({ begins }: Term): number | undefined =>
    begins.find(({ epochMs }) => epochMs !== undefined)?.epochMs;
  const later = at(one) ?? Number.NEGATIVE_INFINITY;
  return later > (at(other) ?? Number.POSITIVE_INFINITY) ? [other, one] : [one, other];
}
