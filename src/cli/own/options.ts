/** The flags by which a command takes variants, properties and faults of one's own. */
import { Option, type Command } from "commander";
import { refuse } from "../base/options.ts";

/** A command's flags that {@link adoptOwn} reads. `verb`: what the command does with a variant. */
export function ownOptions(command: Command, verb: string): void {
  command
    .optionsGroup("Of your own (docs/your-own.md):")
    .addOption(variantOption(verb))
    .option("--property <module>", "a promise that a module exports, judged beside the others", collected)
    .option("--fault <module>", "a kind of fault that a module exports, known beside the others", collected);
}

/** The flag by which a command takes another protocol than the shipped one. `verb`: what it does with it. */
export function variantOption(verb: string): Option {
  return new Option(
    "--variant <name|module>",
    `${verb} a variant of the protocol: a known one, or what a module exports`,
  );
}

/** The flag by which a command takes programs under test. */
export function programOption(command: Command): void {
  command.option(
    "--program <module>",
    "the programs and promises that a module exports, which the trace is of",
    collected,
  );
}

/** Each time the flag is given, one more. */
function collected(text: string, before: readonly string[] | undefined): readonly string[] {
  return text === "" ? refuse("It must be the path of a module.") : [...(before ?? []), text];
}

/** Kinds of faults, with commas between them. */
export function faultKinds(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes(""))
    refuse("It must be kinds of faults with commas between them.", "write partition,pause");
  return names;
}

/** `--no-fault <kinds>`, which the parser would take for the opposite of `--fault`. */
export function withoutFaults(): Option {
  const option = new Option("--no-fault <kinds>", "all kinds of faults but these, such as drift");
  option.negate = false;
  option.attributeName = () => "withoutFaults";
  return option.argParser((text, before) => [
    ...((before as readonly string[] | undefined) ?? []),
    ...faultKinds(text),
  ]);
}
