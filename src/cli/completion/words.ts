/** The words of the command line, as a shell completes them: read off the table of commands. */
import type { Command, Option } from "commander";
import { variants } from "../../../models/variants.ts";
import { propertyNames } from "../../../properties/check.ts";
import { builtIns } from "../../scenario-file/built-in.ts";
import { FAULT_KINDS } from "../../simulation/fault.ts";

/** A flag, and what may follow it. */
export interface FlagWords {
  readonly flag: string;
  readonly says: string;
  /** It takes a value. */
  readonly takesValue: boolean;
  /** Its values, where they are few; empty: anything, such as a file. */
  readonly values: readonly string[];
}

export interface CommandWords {
  readonly name: string;
  readonly says: string;
  readonly flags: readonly FlagWords[];
  /** What may stand where no flag does, beside files. */
  readonly values: readonly string[];
}

const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);

/** Values that the table does not list itself, by the flag's name and the command's. */
function valuesOf(option: Option): readonly string[] {
  if (option.argChoices !== undefined) return option.argChoices;
  switch (option.name()) {
    case "variant":
      return names(variants);
    case "faults":
    case "no-fault":
      return names(FAULT_KINDS);
    default:
      return [];
  }
}

function argumentsOf(command: string): readonly string[] {
  switch (command) {
    case "check":
      return [...propertyNames(), ...names(builtIns)];
    case "simulate":
      return names(builtIns);
    case "completion":
      return ["bash", "zsh", "fish"];
    default:
      return [];
  }
}

/** Every command that `--help` lists, and `help`'s own flag. */
export function wordsOf(program: Command): readonly CommandWords[] {
  return program.commands.map((command) => ({
    name: command.name(),
    says: command.description(),
    flags: [
      ...command.options.map((option) => ({
        flag: `--${option.name()}`,
        says: option.description,
        takesValue: option.required || option.optional,
        values: valuesOf(option),
      })),
      { flag: "--help", says: "what it does and takes", takesValue: false, values: [] },
    ],
    values: [...argumentsOf(command.name()), ...command.commands.map((inner) => inner.name())],
  }));
}
