/** `leasehold simulate`: its flags. The work is in `simulate.ts`, loaded when it runs. */
import type { Command } from "commander";
import type { Finish } from "./main.ts";

export function addSimulateCommand(program: Command, finish: Finish): void {
  void program;
  void finish;
}
