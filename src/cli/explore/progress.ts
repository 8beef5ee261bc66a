/** How far an exploration is, on one line. */
import { grouped } from "../../words/count.ts";
import { GRAPH_PROMISES } from "../../search/graph-promises.ts";
import type { Space } from "../../search/space.ts";
import type { ProgressLine } from "../base/progress.ts";
import type { SpaceProgress } from "./board.ts";
import type { SearchStanding } from "./pool.ts";
import { faultsText } from "./render.ts";
import { statesOf } from "./sizes.ts";

/** What is explored. */
export interface Explorations {
  /** All of them. */
  readonly spaces: readonly Space[];
  /** Those that are judged. */
  readonly promises: readonly string[];
  /** Whether the spaces' sizes may be told, since everything that is usual is judged. */
  readonly isKnown: boolean;
}

/** Draws each standing that it is given. Where all are judging, nobody may look up for a while, so that is drawn at once. */
export function drawing(line: ProgressLine, of: Explorations): (standing: SearchStanding) => void {
  const startedAt = performance.now();
  return (standing) => {
    const text = progressText(standing, of, (performance.now() - startedAt) / 1000);
    line.draw(text, !isVisiting(standing));
  };
}

export function progressText(standing: SearchStanding, of: Explorations, seconds: number): string {
  const { ended, memoryBytes, underWay } = standing;
  const { isKnown, promises, spaces } = of;
  const now = [...underWay];
  const sum = (part: "states" | "frontier") => now.reduce((total, [, told]) => total + told[part], 0);
  const visited = ended.reduce((total, { reached }) => total + reached.states, sum("states"));
  const rate = visited / Math.max(seconds, 0.001);
  const left = isKnown && isVisiting(standing) ? leftOf(spaces, visited, rate) : undefined;
  return [
    ...(spaces.length > 1 ? [`${ended.length} of ${spaces.length} spaces`] : []),
    ...now.map(([at, told]) => spaceText(spaces[at] as Space, told, promises)),
    `frontier ${grouped(sum("frontier"))}`,
    `${grouped(Math.round(rate))}/s`,
    `${Math.round(memoryBytes / 1e6)} MB`,
    ...(left === undefined ? [] : [`about ${Math.ceil(left)} s left`]),
  ].join(" · ");
}

/** Whether states are being visited, or nothing is under way. */
function isVisiting({ underWay }: SearchStanding): boolean {
  return underWay.size === 0 || [...underWay.values()].some(({ isJudging }) => isJudging !== true);
}

function spaceText(space: Space, told: SpaceProgress, promises: readonly string[]): string {
  const { depth, isJudging, states } = told;
  const atTheEnd = GRAPH_PROMISES.map(({ name }) => name).filter((name) => promises.includes(name));
  const what = isJudging === true ? `judging ${atTheEnd.join(", ")}` : `depth ${depth}`;
  return `${faultsText(space)}: ${grouped(states)} states, ${what}`;
}

/** Undefined: nobody knows how large they are. */
function leftOf(spaces: readonly Space[], visited: number, rate: number): number | undefined {
  const sizes = spaces.map(statesOf);
  if (rate === 0 || sizes.includes(undefined)) return undefined;
  const all = sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
  return Math.max(0, all - visited) / rate;
}
