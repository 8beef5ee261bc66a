/** How far an exploration is, on one line. */
import { grouped } from "../../words/count.ts";
import type { Space } from "../../search/space.ts";
import type { SearchStanding } from "./pool.ts";
import { faultsText } from "./render.ts";
import { statesOf } from "./sizes.ts";

/** `spaces`: all of them; `known`: whether their sizes may be told, since everything that is usual is judged. */
export function progressText(
  { ended, memoryBytes, underWay }: SearchStanding,
  spaces: readonly Space[],
  known: boolean,
  seconds: number,
): string {
  const now = [...underWay];
  const sum = (of: "states" | "frontier") => now.reduce((total, [, told]) => total + told[of], 0);
  const visited = ended.reduce((total, { reached }) => total + reached.states, sum("states"));
  const rate = visited / Math.max(seconds, 0.001);
  const left = known ? leftOf(spaces, visited, rate) : undefined;
  return [
    ...(spaces.length > 1 ? [`${ended.length} of ${spaces.length} spaces`] : []),
    ...now.map(
      ([at, { depth, states }]) =>
        `${faultsText(spaces[at] as Space)}: ${grouped(states)} states, depth ${depth}`,
    ),
    `frontier ${grouped(sum("frontier"))}`,
    `${grouped(Math.round(rate))}/s`,
    `${Math.round(memoryBytes / 1e6)} MB`,
    ...(left === undefined ? [] : [`about ${Math.ceil(left)} s left`]),
  ].join(" · ");
}

/** Undefined: nobody knows how large they are. */
function leftOf(spaces: readonly Space[], visited: number, rate: number): number | undefined {
  const sizes = spaces.map(statesOf);
  if (rate === 0 || sizes.includes(undefined)) return undefined;
  const all = sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
  return Math.max(0, all - visited) / rate;
}
