/**
 * Modules of other people: read as TypeScript or JavaScript, with `leasehold` in them being this very package, and what they
 * export. Whatever a module gets wrong is one message with its place.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../base/user-error.ts";
import { whyUnreadable } from "../base/text-input.ts";
import { packageModules } from "./package-modules.ts";
import { placeIn } from "./blame.ts";

/** Endings of files that are modules. */
const MODULE = /\.[cm]?[jt]s$/u;

/** Whether a flag's value is meant as a file, not as a name. */
export function isModulePath(text: string): boolean {
  return MODULE.test(moduleFile(text)) || /[/\\]/u.test(text);
}

/** The module that a flag's value names, without the export that is chosen of it. */
export function moduleFile(text: string): string {
  return text.replace(/#[^#/\\]*$/u, "");
}

/** The exports of `file`, by name. `where`: the flag or the file that names it. */
export async function importModule(file: string, where: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  const complain = (what: string, remedy: string) =>
    new UserError({ where: `${where} ${file}`, what, remedy });
  try {
    if (!statSync(path).isFile()) throw Object.assign(new Error(), { code: "EISDIR" });
  } catch (error) {
    throw complain(whyUnreadable(error as NodeJS.ErrnoException), "name a module, TypeScript or JavaScript");
  }
  if (!MODULE.test(path))
    throw complain("it is no module", "name a file that ends with .ts, .mts, .js or .mjs");
  const { createJiti } = await import("jiti");
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    // Node's own: a module that two flags name is one module.
    moduleCache: true,
    virtualModules: await packageModules(),
  });
  try {
    return await jiti.import<Readonly<Record<string, unknown>>>(path);
  } catch (error) {
    const { line, text } = placeIn(error, path);
    throw new UserError({
      where: `${file}${line}`,
      what: `the module cannot be loaded: ${text}`,
      remedy: "mend it: it is read as TypeScript without its types being checked, as leasehold runs it",
    });
  }
}
