/** Flags that name modules of one's own: loaded, and what they export added to what this process knows. */
import { resolve } from "node:path";
import { NameTakenError } from "../../../models/own-code-error.ts";
import { UserError } from "../base/user-error.ts";
import { adoptExports, type OwnParts } from "../../run/own.ts";
import { importModule, isModulePath, moduleFile } from "./load.ts";
import { placeIn } from "./blame.ts";

/** The flags by which a command takes one's own, as the parser hands them over. */
export interface OwnFlags {
  /** A variant's name, or a module; `#` and a name choose one of several. */
  readonly variant?: string;
  readonly property?: readonly string[];
  readonly fault?: readonly string[];
  readonly program?: readonly string[];
}

interface OwnModule extends OwnParts {
  /** Absolute. */
  readonly file: string;
}

/** What was loaded. */
export interface Own {
  /** Absolute, in the order in which they were named. */
  readonly modules: readonly string[];
  /** The variant that was asked for; undefined: none was. */
  readonly variant: string | undefined;
  /** Names of the variants that the modules export. */
  readonly exported: readonly string[];
}

const adopted = new Map<string, OwnModule>();

/** Loads what the flags name. Throws a {@link UserError} for whatever a module gets wrong. */
export async function adoptOwn({ fault = [], program = [], property = [], variant }: OwnFlags): Promise<Own> {
  const named: {
    readonly flag: string;
    readonly file: string;
    readonly of: keyof OwnParts;
  }[] = [
    ...(variant === undefined || !isModulePath(variant)
      ? []
      : [{ flag: "--variant", file: moduleFile(variant), of: "variants" as const }]),
    ...property.map((file) => ({ flag: "--property", file, of: "properties" as const })),
    ...fault.map((file) => ({ flag: "--fault", file, of: "faults" as const })),
    ...program.map((file) => ({ flag: "--program", file, of: "processes" as const })),
  ];
  const modules: OwnModule[] = [];
  for (const { file, flag, of } of named) {
    const module = await adoptModule(file, flag);
    if (module[of].length === 0) throw nothingOf(of, file, flag, module);
    if (!modules.includes(module)) modules.push(module);
  }
  return {
    modules: modules.map(({ file }) => file),
    variant: variant === undefined ? undefined : variantOfModule(variant, modules),
    exported: modules.flatMap(({ variants }) => variants.map(({ name }) => name)),
  };
}

/** The same for modules by their paths alone, as a trace or a worker names them. */
export async function adoptModules(files: readonly string[], where: string): Promise<void> {
  for (const file of files) await adoptModule(file, where);
}

async function adoptModule(file: string, where: string): Promise<OwnModule> {
  const path = resolve(file);
  const known = adopted.get(path);
  if (known !== undefined) return known;
  const exported = await importModule(file, where);
  try {
    const module = { file: path, ...adoptExports(exported) };
    adopted.set(path, module);
    return module;
  } catch (error) {
    const { line, text } = placeIn(error, path);
    const taken = error instanceof NameTakenError;
    throw new UserError({
      where: `${file}${line}`,
      what: taken ? error.message : `what it exports cannot be used: ${text}`,
      remedy: taken ? "give it a name of its own" : "mend it",
    });
  }
}

function variantOfModule(given: string, modules: readonly OwnModule[]): string {
  if (!isModulePath(given)) return given;
  const file = moduleFile(given);
  const wanted = given.slice(file.length + 1);
  const names = modules.find((one) => one.file === resolve(file))?.variants.map(({ name }) => name) ?? [];
  const [only] = names;
  if (wanted === "" && names.length === 1 && only !== undefined) return only;
  if (names.includes(wanted)) return wanted;
  throw new UserError({
    where: `--variant ${given}`,
    what: wanted === "" ? `it has ${names.length} variants` : `it has no variant called ${wanted}`,
    remedy: `name one of them: ${names.map((name) => `--variant ${file}#${name}`).join(", ")}`,
  });
}

/** By what each is made, where that is, and what it is called. */
const PARTS: Readonly<
  Record<keyof OwnParts, { readonly by: string; readonly of: string; readonly called: string }>
> = {
  variants: { by: "defineVariant", of: "leasehold/models", called: "variant" },
  properties: { by: "defineProperty", of: "leasehold/properties", called: "property" },
  faults: { by: "defineFault", of: "leasehold/simulation", called: "kind of fault" },
  processes: { by: "definePrograms", of: "leasehold/testing", called: "programs" },
};

function nothingOf(of: keyof OwnParts, file: string, flag: string, module: OwnModule): UserError {
  const other = (Object.keys(PARTS) as (keyof OwnParts)[]).filter((one) => module[one].length > 0);
  const has = other.length === 0 ? "" : `, but ${other.map((one) => `a ${PARTS[one].called}`).join(" and ")}`;
  return new UserError({
    where: `${flag} ${file}`,
    what: `it exports no ${PARTS[of].called}${has}`,
    remedy: `export what ${PARTS[of].by}({ ... }) of "${PARTS[of].of}" makes`,
  });
}
