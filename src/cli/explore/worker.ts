/** One space explored in a worker thread, which tells how far it is on a board that both see. */
import { variantNamed } from "../../../models/variants.ts";
import { exploreSpace, type Explored, type Keeping } from "./runner.ts";
import type { Space } from "../../search/space.ts";
import { Board } from "./board.ts";
import { UserError, type Complaint } from "../base/user-error.ts";

export interface SpaceTask {
  /** Its place among all. */
  readonly at: number;
  readonly space: Omit<Space, "variant">;
  readonly variant: string;
  /** How the variant was named; undefined: by its name. */
  readonly word: string | undefined;
  /** Of one's own: a thread begins knowing the shipped variants alone. */
  readonly modules: readonly string[];
  readonly promises: readonly string[];
  readonly states: number;
  readonly memoryBytes: number;
  readonly keeping?: Keeping;
  readonly board: SharedArrayBuffer;
}

/** Without the space, whose variant cannot be sent. */
export type SentExplored = Omit<Explored, "space"> & { readonly space: undefined };

/** What cannot be gone on from; of an error, another thread learns the text alone. */
export interface Refused {
  readonly type: "refused";
  readonly complaint: Complaint;
}

/** Undefined: it was to end before it began. */
export async function exploreTask(task: SpaceTask): Promise<SentExplored | Refused | undefined> {
  try {
    return await exploreHere(task);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { type: "refused", complaint: error.complaint };
  }
}

async function exploreHere(task: SpaceTask): Promise<SentExplored | undefined> {
  const board = new Board(task.board);
  if (board.isStopped) return undefined;
  if (task.modules.length > 0)
    await (await import("../own/adopt.ts")).adoptModules(task.modules, "the module");
  const variant = variantNamed(task.variant);
  if (variant === undefined) throw new RangeError(`no variant named ${task.variant}`);
  const { at, keeping, memoryBytes, promises, states, word } = task;
  const explored = await exploreSpace({ ...task.space, variant }, promises, {
    states,
    memoryBytes,
    word,
    ...(keeping === undefined ? {} : { keeping }),
    look: ({ isJudging, reached }) => {
      board.tell(at, { ...reached, isJudging });
      return !board.isStopped;
    },
  });
  board.end(at);
  return { ...explored, space: undefined };
}

// tinypool calls the default export of a worker's file.
// oxlint-disable-next-line import/no-default-export
export default exploreTask;
