/** What a sandbox begins with. */
import type { TraceLine } from "../../trace/format.ts";
import type { ViewerHabits } from "../viewer-options.ts";
import type { Sight } from "./address.ts";
import type { Limit } from "./interfere.ts";
import type { Simulator } from "./simulator.ts";

export interface SandboxOptions {
  readonly label: string;
  readonly simulator: Simulator;
  readonly limit?: Limit;
  /** Whether what the world leaves open can be chosen among; absent: it can, unless there is a limit. */
  readonly chooses?: false;
  /** The lines of the root's run, if it was recorded elsewhere. */
  readonly given?: readonly TraceLine[];
  /** Whether promises and statechart are open. */
  readonly wide?: boolean;
  /** What is kept from a sandbox that stood here before. */
  readonly habits?: ViewerHabits;
  readonly changed: (sight: Sight) => void;
}
