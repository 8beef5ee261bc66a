/** Whether those who are known to have served a role did so one after the other: `single-active`, of what lines tell. */
import { singleActive } from "../../properties/single-active.ts";
import { told } from "../words/told.ts";
import { CANNOT_TELL } from "./cannot-tell.ts";
import { placeText } from "./fact.ts";
import { cameBefore, type EvidencePoint } from "./order.ts";
import { findOverlap } from "./service.ts";
import type { PossibleService, ServiceStretch, ToldService } from "./told-service.ts";
import type { EvidenceVerdict } from "./verdict.ts";

/** Undefined: nobody is known to have served beside another, nor one after another. `within`: so far apart any two clocks may be, ms. */
export function judgeService(
  { possible, stretches }: ToldService,
  within: number | undefined,
): EvidenceVerdict | undefined {
  return overlapping(stretches, within) ?? succeeding(stretches, possible, within);
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

/** Held where of every two one is proven to have served no more when the other began, whether they served or only may have. */
function succeeding(
  stretches: readonly ServiceStretch[],
  possible: readonly PossibleService[],
  within: number | undefined,
): EvidenceVerdict | undefined {
  const terms = termsIn(stretches);
  const told = terms.filter((one) => terms.some((other) => other !== one && other.role === one.role));
  if (told.length === 0) return undefined;
  for (const [at, one] of terms.entries())
    for (const other of terms.slice(at + 1))
      if (other.role === one.role && !areApart(one, other, within)) return untold(one, other, within);
  const may = possible.map(possibleTerm);
  for (const [at, one] of may.entries()) {
    const open = [...terms, ...may.slice(0, at)].find(
      (other) =>
        !(one.mayBeNone && other.mayBeNone) &&
        (one.role === undefined || other.role === undefined || other.role === one.role) &&
        !areApart(one, other, within),
    );
    if (open !== undefined) return untoldService(one, open, within);
  }
  const by = within === undefined ? "" : ", by clocks that are vouched for";
  return {
    property: singleActive.name,
    type: "held",
    of: `${told.length} terms of service that are told, of ${rolesIn(told)}: each was over before the next began${by}`,
    lines: told.flatMap(({ shown }) => shown.map(({ place }) => place)),
  };
}

function possibleTerm({ ended, from, hint, mayBeNone, name, origin, role }: PossibleService): Term {
  return {
    name,
    ...(role === undefined ? {} : { role }),
    begins: listOf(from),
    ends: listOf(ended),
    shown: [hint],
    isRecorded: origin?.type === "recording",
    mayBeNone: mayBeNone === true,
  };
}

function rolesIn(terms: readonly Term[]): string {
  return [...new Set(terms.flatMap(({ role }) => role ?? []))].toSorted().join(", ");
}

function listOf(point: EvidencePoint | undefined): readonly EvidencePoint[] {
  return point === undefined ? [] : [point];
}

/** One term of service, by whatever lines tell of it. */
interface Term {
  readonly name: string;
  readonly role?: string;
  /** Not before these; none: it may have begun at any time. */
  readonly begins: readonly EvidencePoint[];
  readonly ends: readonly EvidencePoint[];
  /** The lines that tell of it. */
  readonly shown: readonly EvidencePoint[];
  /** By a recording alone. */
  readonly isRecorded: boolean;
  /** Nothing says that it was elected. */
  readonly mayBeNone: boolean;
}

/** A log, its export and a recording tell of one term where its server id stands for no other term in any of them. */
function termsIn(stretches: readonly ServiceStretch[]): readonly Term[] {
  const byId = new Map<string, ServiceStretch[]>();
  for (const one of stretches) {
    const key = `${one.role} ${one.serverId}`;
    byId.set(key, [...(byId.get(key) ?? []), one]);
  }
  return [...byId.values()].flatMap((alike) => {
    const kinds = new Set(
      alike.map(({ origin }) => (origin.type === "log" && origin.isExported ? "span" : origin.type)),
    );
    const isOne = alike[0]?.serverId !== undefined && kinds.size === alike.length;
    return isOne ? [termOf(alike)] : alike.map((each) => termOf([each]));
  });
}

function termOf(told: readonly ServiceStretch[]): Term {
  const [{ name, role } = { name: "", role: "" }] = told;
  return {
    name,
    role,
    begins: told.flatMap(({ begunBefore, from }) => (begunBefore === true ? [] : [from])),
    ends: told.flatMap(({ ended }) => listOf(ended)),
    shown: told.map(({ from }) => from),
    isRecorded: told.every(({ origin }) => origin.type === "recording"),
    mayBeNone: false,
  };
}

function areApart(one: Term, other: Term, within: number | undefined): boolean {
  return isOver(one, other, within) || isOver(other, one, within);
}

function isOver(one: Term, other: Term, within: number | undefined): boolean {
  return one.ends.some((end) =>
    other.begins.some((begin) => end === begin || cameBefore(end, begin, within)),
  );
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
        `nothing proves that ${first.name} served no more${place(first.ends)} when ${second.name} began${place(second.shown)}, ` +
        "nor that it did",
      remedy:
        within === undefined
          ? (CANNOT_TELL[property]?.remedy ?? "")
          : "record the coordinators (leasehold run --record): their lines bear revisions, which have an order without clocks",
    };
  return {
    property,
    type: "cannot be told",
    why:
      `${first.name} serves${place(first.shown)}, and no line says that it had ceased when ${second.name} began${place(second.shown)}: ` +
      "that its key was gone, or that it said no more, does not",
    remedy:
      (first.isRecorded ? "its log too, which bears dates; and " : "") +
      `when its process ended, as its supervisor knows (docker inspect, kubectl describe pod, journalctl): --ended FILE=INSTANT` +
      (within === undefined ? " with --clocks-within" : ""),
  };
}

/** What is missing: that whoever may have served had not begun, or had ceased. */
function untoldService(may: Term, other: Term, within: number | undefined): EvidenceVerdict {
  const place = ({ shown: [point] }: Term): string =>
    point === undefined ? "" : ` (${placeText(point.place)})`;
  return {
    property: singleActive.name,
    type: "cannot be told",
    why:
      (may.begins.length > 0
        ? `${may.name} won ${may.role ?? "a role"}${place(may)}, and no line says whether it served`
        : `${may.name} may have served ${may.role ?? "a role"} at any time${place(may)}`) +
      `: nothing proves that it did not while ${other.name} served too${place(other)}`,
    remedy:
      "the rest of its log, or a log for each process (kubectl logs --previous); or, of a log that is one process', when that had ended: " +
      `--ended FILE=INSTANT${within === undefined ? " with --clocks-within" : ""}`,
  };
}

/** As their clocks have it, where they have any. */
function orderOf(one: Term, other: Term): readonly [Term, Term] {
  const at = ({ shown }: Term): number | undefined =>
    shown.find(({ epochMs }) => epochMs !== undefined)?.epochMs;
  const later = at(one) ?? Number.NEGATIVE_INFINITY;
  return later > (at(other) ?? Number.POSITIVE_INFINITY) ? [other, one] : [one, other];
}
