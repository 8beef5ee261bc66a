/** Where a coordinator's settings come from besides flags: the environment and a `milvus.yaml`, each with its places in words. */
import { environmentConfig, yamlConfig, type Config, type ConfigEntry } from "../milvus/config.ts";
import { readDocument } from "../scenario-file/document.ts";
import { StartError } from "./start-error.ts";

export interface Source {
  readonly config: Config;
  /** For people: `milvus.yaml:12:5` or `environment ROOT_COORD_PORT`. */
  readonly whereOf: (entry: ConfigEntry) => string;
}

/** A source that sets nothing. */
export const NO_SOURCE: Source = { config: new Map(), whereOf: ({ name }) => name };

const NOTHING_BUT_COMMENTS = /^(?:\s*(?:#.*)?(?:\r?\n|$))*$/u;

export function environmentSource(environment: Readonly<Record<string, string | undefined>>): Source {
  return { config: environmentConfig(environment), whereOf: ({ name }) => `environment ${name}` };
}

/** Throws a {@link StartError} with line and column where the text is not YAML. Keys that we do not know are Milvus' own. */
export function yamlSource(file: string, text: string): Source {
  if (NOTHING_BUT_COMMENTS.test(text)) return NO_SOURCE;
  const document = readDocument(text, false);
  if (!("place" in document)) {
    const [{ column, line, remedy, what } = { line: 1, column: 1, what: "not YAML", remedy: "correct it" }] =
      document;
    throw new StartError("setting", what, remedy, `${file}:${line}:${column}`);
  }
  const { place, value } = document;
  const whereOf = ({ path }: Pick<ConfigEntry, "path">): string => {
    const { column, line } = place({ path, what: "", remedy: "" });
    return `${file}:${line}:${column}`;
  };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new StartError(
      "setting",
      "the file is not a mapping of sections",
      "write it like milvus.yaml: etcd: {endpoints: ...}",
      whereOf({ path: [] }),
    );
  return { config: yamlConfig(value), whereOf };
}
