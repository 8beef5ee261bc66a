/**
 * `leasehold.config.ts`: defaults for the flags of the commands that look into code. They are read by the flags' own parsers, stand
 * behind whatever is given on the command line, and give way to it where both cannot be.
 */
import { existsSync } from "node:fs";
import { InvalidArgumentError, type Command, type Option } from "commander";
import { listed, suggest } from "../../scenario-file/nearest.ts";
import { quote } from "../../words/shown.ts";
import { takesSeveral } from "../base/options.ts";
import { UserError } from "../base/user-error.ts";

const NAMES = ["ts", "mts", "js", "mjs"].map((ending) => `leasehold.config.${ending}`);
/** Who acts on a real etcd takes its settings from nowhere but its flags. */
const CONFIGURED = ["check", "simulate", "replay", "explore", "bugs", "serve"];
/** A check that watches starts checks: by a default each of them would. */
const NO_DEFAULT = ["watch", "help"];

/** The configuration of the folder in which the command runs; undefined: it has none. */
export function configFile(): string | undefined {
  const found = NAMES.filter((name) => existsSync(name));
  if (found.length < 2) return found[0];
  throw new UserError({
    what: `${listed(found, "and")} are two configurations`,
    remedy: "keep one of them",
  });
}

/** Gives `command`'s flags the defaults of the folder's configuration. */
export async function applyConfig(command: Command): Promise<void> {
  if (!CONFIGURED.includes(command.name())) return;
  const file = configFile();
  if (file === undefined) return;
  const { importModule } = await import("../own/load.ts");
  const exported = (await importModule(file, "the configuration"))["default"];
  const sections = asGroup(exported, file, "export default defineConfig({ check: { runs: 500 } })");
  for (const name of Object.keys(sections))
    if (!CONFIGURED.includes(name))
      throw new UserError({
        where: file,
        what: `no command called ${name} takes defaults`,
        remedy: suggest(name, CONFIGURED),
      });
  const section = sections[command.name()];
  if (section === undefined) return;
  const flags = asGroup(section, `${file}: ${command.name()}`, "give its flags: { runs: 500 }");
  for (const [flag, value] of Object.entries(flags)) applyFlag(command, flag, value, file);
}

function asGroup(value: unknown, where: string, remedy: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as never;
  throw new UserError({ where, what: `${quote(value)} is not a group of fields`, remedy });
}

function applyFlag(command: Command, flag: string, value: unknown, file: string): void {
  const where = `${file}: ${command.name()}.${flag}`;
  const options = command.options.filter((one) => one.attributeName() === flag);
  const names = command.options
    .map((one) => one.attributeName())
    .filter((name) => !NO_DEFAULT.includes(name));
  if (NO_DEFAULT.includes(flag))
    throw new UserError({ where, what: "it is never a default", remedy: `say --${flag} when you want it` });
  if (options.length === 0)
    throw new UserError({ where, what: "there is no such flag", remedy: suggest(flag, names) });
  if (isGiven(command, flag) || options.some((option) => givesWay(command, option))) return;
  const option = options.find(({ negate }) => negate === (value === false)) ?? options[0];
  command.setOptionValueWithSource(flag, read(option as Option, value, where), "config");
}

function isGiven(command: Command, flag: string): boolean {
  return command.getOptionValueSource(flag) === "cli";
}

/** Something was given that cannot stand beside it. */
function givesWay(command: Command, option: Option): boolean {
  const { conflictsWith } = option as unknown as Conflicting;
  return command.options.some((other) => {
    if (!isGiven(command, other.attributeName())) return false;
    const theirs = (other as unknown as Conflicting).conflictsWith;
    return conflictsWith.includes(other.attributeName()) || theirs.includes(option.attributeName());
  });
}

/** What Commander keeps of `conflicts()`. */
interface Conflicting {
  readonly conflictsWith: readonly string[];
}

function read(option: Option, value: unknown, where: string): unknown {
  const refuse = (what: string, remedy = `write what --${option.name()} takes, or leave it out`) =>
    new UserError({ where, what, remedy });
  const takesText = option.required || option.optional;
  if (typeof value === "boolean") {
    if (takesText && !option.optional && !option.negate) throw refuse(`${value} is not what it takes`);
    return value;
  }
  const texts = Array.isArray(value) ? value.map(String) : [String(value)];
  if (!takesText || !(typeof value === "string" || typeof value === "number" || Array.isArray(value)))
    throw refuse(`${quote(value)} is not what it takes`);
  const { parseArg } = option;
  if (parseArg === undefined) return texts.join(",");
  try {
    // Those that take one value know commas.
    if (!takesSeveral(option)) return parseArg(texts.join(","), undefined as never);
    return texts.reduce<unknown>((before, text) => parseArg(text, before as never), undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const [what = "", remedy] = error.message.split("\n");
    throw refuse(`${quote(value)} is invalid. ${what}`, remedy);
  }
}
