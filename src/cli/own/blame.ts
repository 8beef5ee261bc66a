/** Errors that other people's code throws: told as theirs, with the place in their file, not as a bug of ours. */
import { relative, sep } from "node:path";
import { OWN_CODE } from "../../../models/own-code-error.ts";
import { UserError } from "../base/user-error.ts";

interface Place {
  /** `:12`, or nothing where it is not known. */
  readonly line: string;
  readonly text: string;
}

/** Where in `file` an error comes from, and what it says on one line. */
export function placeIn(error: unknown, file: string): Place {
  if (!(error instanceof Error))
    return { line: "", text: `it throws ${JSON.stringify(error) ?? String(error)}` };
  const { message, name, stack = "" } = error;
  const at = [message, stack].map((text) => lineOf(text, file)).find((line) => line !== undefined);
  // A parser's message ends with the place, a loader's with those who asked.
  const [first = ""] = message.split(/\s*\n/u);
  const told = first.replace(/^ParseError: /u, "").trim();
  return { line: at === undefined ? "" : `:${at}`, text: name === "Error" ? told : `${name}: ${told}` };
}

function lineOf(text: string, file: string): string | undefined {
  const at = text.indexOf(`${file}:`);
  return at < 0 ? undefined : /^\d+/u.exec(text.slice(at + file.length + 1))?.[0];
}

const MEND = "mend it: a variant, a property and a fault must bear every run that can be";

/** Runs `work`; what the code in one of `modules` throws meanwhile is told as that module's. */
export async function blaming<Result>(
  modules: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UserError) throw error;
    if (error.message.startsWith(OWN_CODE))
      throw new UserError({ what: error.message.slice(OWN_CODE.length), remedy: MEND });
    const file = modules.find((one) => error.stack?.includes(`${one}:`) === true);
    if (file === undefined) throw error;
    const { line, text } = placeIn(error, file);
    throw new UserError({
      where: `${moduleName(file)}${line}`,
      what: `it throws in the middle of a run: ${text}`,
      remedy: MEND,
    });
  }
}

/** How a module stands in traces and commands: from here where it lies below, with slashes. */
export function moduleName(file: string): string {
  const name = relative("", file).split(sep).join("/");
  return name.startsWith("../") ? name : `./${name}`;
}
