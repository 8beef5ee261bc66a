/**
 * What collectors of logs put around a line, taken off: colours, names of containers and pods, instants of their own, line
 * numbers, JSON. What is left is the line as its process wrote it, and who it came from if the wrapping says so.
 */

/** A line without its wrapping. */
export interface Unwrapped {
  readonly text: string;
  /** The container, pod or file that the wrapping names. */
  readonly from?: string;
  /** The line is a JSON object of its own. */
  readonly json?: Readonly<Record<string, unknown>>;
}

// oxlint-disable-next-line no-control-regex -- colours are what is taken off
const COLOUR = /\u001b\[[\d;]*[A-Za-z]/gu;
const COMPOSE = /^([\w./-]{1,80}?) *\| ?/u;
const KUBECTL = /^\[pod\/([^\]\s]{1,250})\] /u;
const GREP = /^([\w./-]{1,250}\.(?:log|txt|out)[\w.-]*):(?:\d+:)?(?=\[)/u;
const NUMBER = /^ {0,12}\d{1,9}[\t:] ?(?=[[{\d])/u;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]?\d*(?:Z|[+-]\d\d:?\d\d)?[ \t]+/u;
/** Where a line in Milvus' form begins, whatever stands before it. */
const BEGINS = /\[\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d\]/u;

/** Wrappings within wrappings, such as a pod's line in a Loki export of docker's files. */
const MOST_LAYERS = 4;
/** A wrapping is short; what follows it may be megabytes. */
const LONGEST_WRAPPING = 400;

/** The line as it was written. Never throws; what is no wrapping stays. */
export function unwrap(line: string): Unwrapped {
  let text = line.includes("\u001B") ? line.replace(COLOUR, "") : line;
  let from: string | undefined;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const first = text.charCodeAt(0);
    if (first === OPENING_BRACKET && text.charCodeAt(1) === TWO) break;
    if (first === OPENING_BRACE) {
      const json = objectIn(text);
      const inner = json === undefined ? undefined : innerLine(json);
      if (inner === undefined) return json === undefined ? plain(text, from) : { ...plain(text, from), json };
      text = inner.text.replace(COLOUR, "");
      from = inner.from ?? from;
      continue;
    }
    const named = COMPOSE.exec(text) ?? KUBECTL.exec(text) ?? GREP.exec(text);
    if (named !== null) {
      from = named[1];
      text = text.slice(named[0].length);
      continue;
    }
    const passed = NUMBER.exec(text) ?? INSTANT.exec(text);
    if (passed === null) break;
    text = text.slice(passed[0].length);
  }
  if (text.startsWith("[")) return plain(text, from);
  const begins = BEGINS.exec(text.slice(0, LONGEST_WRAPPING));
  return plain(begins === null ? text : text.slice(begins.index), from);
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const TWO = 0x32;

function plain(text: string, from: string | undefined): Unwrapped {
  return from === undefined ? { text } : { text, from };
}

/** etcd's numbers of leases and members are larger than JavaScript's exact ones. */
const LARGE = /(?<="(?:lease|ID|cluster_id|member_id)":\s*)\d{15,}/gu;

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(LARGE, '"$&"'));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** docker's json-file, and exports of Loki and Grafana: the line is a field. */
function innerLine(json: Readonly<Record<string, unknown>>): Unwrapped | undefined {
  const { line, log } = json;
  if (typeof log === "string" && "stream" in json) return { text: log.replace(/\r?\n$/u, "") };
  if (typeof line !== "string") return undefined;
  const labels = json["labels"] ?? json["fields"] ?? json["stream"];
  const from = typeof labels === "object" && labels !== null ? nameIn(labels) : undefined;
  return plain(line.replace(/\r?\n$/u, ""), from);
}

/** Who it is, the most particular first. */
function nameIn(labels: object): string | undefined {
  for (const label of ["pod", "instance", "container", "filename", "host"]) {
    const value = (labels as Readonly<Record<string, unknown>>)[label];
    if (typeof value === "string") return value;
  }
  return undefined;
}
