/** What every command is given by the program: where to write, and whom to tell how it ended. */
import type { Finish } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandHost {
  readonly finish: Finish;
  /** Asked for when a command runs: `--help` does without colours. */
  readonly terminal: () => Promise<Terminal>;
}
