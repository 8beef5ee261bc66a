/**
 * Explores spaces, in this thread or in several: in any order, and each as it would be alone. The memory that all may take is one; a
 * space that has none left while others take theirs is explored once more when they have ended.
 */
import type { Space } from "../../search/space.ts";
import { heard } from "../base/signals.ts";
import { openThreads, type Threads } from "../base/threads.ts";
import { Board, type SpaceProgress } from "./board.ts";
import { exploreSpace, type Explored, type Keeping } from "./runner.ts";
import { UserError } from "../base/user-error.ts";
import { likelySizeOf } from "./sizes.ts";
import type { Refused, SentExplored, SpaceTask } from "./worker.ts";

/** Where the work stands. `underWay`: by the spaces' places. */
export interface SearchStanding {
  readonly underWay: ReadonlyMap<number, SpaceProgress>;
  readonly ended: readonly Explored[];
  /** Of the whole process, bytes. */
  readonly memoryBytes: number;
}

export interface SearchWork {
  /** Those to be explored, by their places among all. */
  readonly spaces: ReadonlyMap<number, Space>;
  readonly promises: readonly string[];
  /** How the variant was named; undefined: by its name. */
  readonly word: string | undefined;
  readonly jobs: number;
  readonly states: number;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  /** Of one's own, absolute. */
  readonly modules: readonly string[];
  readonly keepingOf: (at: number) => Keeping | undefined;
  readonly onStanding: (standing: SearchStanding) => void;
  readonly onEnd: (at: number, explored: Explored) => void;
}

/** Spaces that were to end before they began are not told of. */
export async function exploreAll(work: SearchWork): Promise<void> {
  if (work.jobs > 1 && work.spaces.size > 1) await inThreads(work);
  else await inTurn(work);
}

async function inTurn(work: SearchWork): Promise<void> {
  const { onEnd, onStanding, promises, signal, spaces } = work;
  const ended: Explored[] = [];
  for (const [at, space] of spaces) {
    if (signal.aborted) return;
    const explored = await exploreSpace(space, promises, {
      ...limitsOf(work, at),
      async look({ isJudging, memoryBytes, reached }) {
        await heard();
        onStanding({ underWay: new Map([[at, { ...reached, isJudging }]]), ended, memoryBytes });
        return !signal.aborted;
      },
    });
    ended.push(explored);
    onEnd(at, explored);
  }
}

function limitsOf({ keepingOf, memoryBytes, states, word }: SearchWork, at: number) {
  const keeping = keepingOf(at);
  return { states, memoryBytes, word, ...(keeping === undefined ? {} : { keeping }) };
}

const LACKS_MEMORY = "memory";
/** Between two looks at the board, ms. */
const A_LOOK_MS = 100;

async function inThreads(work: SearchWork): Promise<void> {
  const { jobs, onEnd, onStanding, signal, spaces } = work;
  const board = new Board(Math.max(...spaces.keys()) + 1);
  const stop = () => board.stop();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const ended: Explored[] = [];
  const looking = setInterval(() => {
    onStanding({ underWay: board.underWay(), ended, memoryBytes: process.memoryUsage().rss });
  }, A_LOOK_MS);
  /** Of those whose memory was taken by others. */
  const crowded: number[] = [];
  const through = async (pool: Pool, places: readonly number[], alone: boolean) => {
    const explore = async (at: number) => {
      const space = spaces.get(at) as Space;
      const sent = await pool.run(taskOf(work, at, space, board));
      if (sent === undefined) return;
      if (sent.type === "refused") throw new UserError(sent.complaint);
      if (!alone && sent.end.type === "open" && sent.end.why === LACKS_MEMORY) {
        crowded.push(at);
        return;
      }
      const explored = { ...sent, space };
      ended.push(explored);
      onEnd(at, explored);
    };
    try {
      await Promise.all(places.map(explore));
    } finally {
      await pool.close();
    }
  };
  try {
    const largestFirst = [...spaces].sort(([, one], [, other]) => likelySizeOf(other) - likelySizeOf(one));
    await through(
      await openPool(jobs, work),
      largestFirst.map(([at]) => at),
      false,
    );
    for (const at of crowded) await through(await openPool(1, work), [at], true);
  } finally {
    clearInterval(looking);
    signal.removeEventListener("abort", stop);
  }
}

function taskOf(work: SearchWork, at: number, { variant, ...space }: Space, board: Board): SpaceTask {
  const { modules, promises } = work;
  return { at, space, variant: variant.name, modules, promises, board: board.shared, ...limitsOf(work, at) };
}

type Pool = Threads<SpaceTask, SentExplored | Refused | undefined>;

function openPool(threads: number, { memoryBytes }: SearchWork): Promise<Pool> {
  return openThreads(threads, new URL("./worker.js", import.meta.url), { memoryBytes });
}
