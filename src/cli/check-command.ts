/** `leasehold check`: its flags. The work is in `check.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "./main.ts";

export function addCheckCommand(program: Command, finish: Finish): void {
  void program;
  void finish;
}
