/**
 * The few instants of a run that matter, each with a line that is read off it: where playing stops, so that whoever watches sees what
 * happened before it goes on.
 */
import { countWhile } from "../reading/sorted.ts";
import { sentenceOf } from "../trace/tell-verdict.ts";
import { lengthText } from "./markup.ts";
import type { Picture } from "./picture.ts";

export interface Beat {
  readonly at: number;
  readonly text: string;
}

/** More are too many to remember. */
const MOST = 5;

interface Weighed extends Beat {
  readonly weight: number;
}

/** In order, of the stretch from `fromMs` to `untilMs`; of several at one instant the weightiest. */
export function beatsOf(picture: Picture, fromMs: number, untilMs: number): Beat[] {
  const within = ({ at }: Beat): boolean => at > fromMs && at <= untilMs;
  const rest = [...turnBeats(picture), ...gateBeats(picture)].filter(within);
  const all = [...servingBeats(picture).filter(within), ...told(rest)].sort(
    (left, right) => right.weight - left.weight || left.at - right.at,
  );
  const kept: Weighed[] = [];
  for (const beat of all) if (kept.length < MOST && kept.every(({ at }) => at !== beat.at)) kept.push(beat);
  return kept.sort((left, right) => left.at - right.at);
}

/** What happens again and again is told once. */
function told(beats: readonly Weighed[]): Weighed[] {
  return beats.filter(({ text }, place) => beats.findIndex((one) => one.text === text) === place);
}

/** Where nobody serves any more, one does, or several do. */
function servingBeats({ counts, run }: Picture): Weighed[] {
  return counts.map(({ from, nodes, to }): Weighed => {
    const names = nodes.map((node) => run.processes[node] ?? "?").join(" and ");
    const length = lengthText(to - from);
    if (nodes.length > 1) return { at: from, weight: 7, text: `✕ ${names} serve at once, for ${length}` };
    return nodes.length === 1
      ? { at: from, weight: 3, text: `${names} serves` }
      : { at: from, weight: 4, text: `nobody serves${to < run.untilMs ? `, for ${length}` : " any more"}` };
  });
}

function turnBeats({ breaches, turns }: Picture): Weighed[] {
  return [
    // What was promised is not known by its name yet, but by what became of it.
    ...breaches.map((breach) => ({ at: breach.at, weight: 6, text: `✕ ${sentenceOf(breach)}` })),
    ...turns.flatMap(({ at, node, text, type }): Weighed[] =>
      type === "fault" || type === "message"
        ? [{ at, weight: type === "fault" ? 4 : 2, text: `${node}: ${text}` }]
        : [],
    ),
  ];
}

function gateBeats({ outdated }: Picture): Weighed[] {
  return outdated.map(({ applied, at, from, newest, token }) => ({
    at,
    weight: 7,
    text: `${applied ? "✕ " : ""}${from}'s write under token ${token} is ${applied ? "let in" : "refused"}: ${newest} is out already`,
  }));
}

/** The first beat after an instant; undefined: none is left. */
export function beatAfter(beats: readonly Beat[], at: number): Beat | undefined {
  return beats[countWhile(beats, (beat) => beat.at <= at)];
}
