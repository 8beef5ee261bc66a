/**
 * Where settings come from besides flags: the environment and a `milvus.yaml`. Milvus compares names in lower case and
 * without `_`, `.`, `/` and `-`, so `ROOT_COORD_PORT` is `rootCoord.port` (pkg/config formatKey); so do we.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { StartError } from "./start-error.ts";

/** A value as it stands there. */
export interface Found {
  readonly text: string;
  /** For people: `milvus.yaml:12:5` or an environment variable's name. */
  readonly where: string;
}

/** Normalised name to everything that stands under it. */
export type Source = ReadonlyMap<string, readonly Found[]>;

export function normalised(name: string): string {
  return name.toLowerCase().replace(/[_./-]/gu, "");
}

export function environmentSource(environment: Readonly<Record<string, string | undefined>>): Source {
  const source = new Map<string, Found[]>();
  for (const [name, text] of Object.entries(environment)) {
    if (text !== undefined && text !== "") add(source, name, { text, where: `environment ${name}` });
  }
  return source;
}

/** Throws a {@link StartError} with line and column where the text is no YAML. Settings that we do not know are Milvus' own. */
export function yamlSource(file: string, text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const where = (offset: number): string => {
    const { col, line } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const fault = document.errors[0];
  if (fault !== undefined) {
    const what = fault.message.split("\n")[0]?.replace(/ at line .*$/u, "") ?? fault.message;
    throw new StartError(
      "setting",
      what,
      "correct the YAML; indent alike what belongs together",
      where(fault.pos[0]),
    );
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw new StartError(
      "setting",
      "no settings, but a single value",
      "write it like milvus.yaml: etcd: {endpoints: ...}",
      where(0),
    );
  }
  const source = new Map<string, Found[]>();
  const walk = (node: unknown, path: string): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        walk(value, `${path}.${isScalar(key) ? String(key.value) : ""}`);
      }
    } else if (isSeq(node)) {
      const texts = node.items.map((item) => (isScalar(item) ? String(item.value) : ""));
      add(source, path, { text: texts.join(","), where: where(node.range?.[0] ?? 0) });
    } else if (isScalar(node) && node.value !== null) {
      add(source, path, { text: String(node.value), where: where(node.range?.[0] ?? 0) });
    }
  };
  walk(document.contents, "");
  return source;
}

function add(source: Map<string, Found[]>, name: string, found: Found): void {
  const key = normalised(name);
  const known = source.get(key);
  if (known === undefined) source.set(key, [found]);
  else known.push(found);
}
