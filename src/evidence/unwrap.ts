/**
 * What collectors of logs put around a line, taken off: colours, names of containers and pods, instants of their own, line
 * numbers, JSON. What is left is the line as its process wrote it, and who it came from if the wrapping says so.
 */

/** A line without its wrapping. */
export interface Unwrapped {
  readonly text: string;
  /** The line between one wrapping and the next, from outside in; absent: it had none. */
  readonly layers?: readonly string[];
  /** The container, pod or file that the wrapping names. */
  readonly from?: string;
  /** The line is a JSON object of its own. */
  readonly json?: Readonly<Record<string, unknown>>;
}

// oxlint-disable-next-line no-control-regex -- colours are what is taken off
const COLOUR = /\u001b\[[\d;]*[A-Za-z]/gu;
const COMPOSE = /^([\w./-]{1,80}?) *\| ?/u;
const KUBECTL = /^\[pod\/([^\]\s]{1,250})\] /u;
const STERN = /^([\w.-]{1,250}) [\w.-]{1,250} (?=\[\d{4}\/)/u;
const SYSLOG = /^[A-Z][a-z]{2} [ \d]\d [\d:]{8} ([\w.-]{1,250} [\w./-]{1,250}\[\d+\]): (?=\[\d{4}\/)/u;
const GREP = /^([\w./-]{1,250}\.(?:log|txt|out)[\w.-]*):(?:\d+:)?(?=\[)/u;
const NUMBER = /^ {0,12}\d{1,9}[\t:] ?(?=[[{\d])/u;
/** Loki's labels, as logcli prints them, and fluentd's tag. */
const LABELS = /^\{((?:[\w.-]+="[^"]{0,250}"(?:, ?)?)+)\} /u;
const LABEL = /([\w.-]+)="([^"]*)"/gu;
const TAGGED = /^([\w./-]{1,250})\t(?=\{)/u;
/** A row of a table in which quotes are doubled. */
const ROW = /(?:^|,)"(\[\d{4}\/(?:[^"]|"")*)"(?:,|$)/u;
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
  let layers: string[] | undefined;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    if (layer > 0) (layers ??= [line]).push(text);
    const first = text.charCodeAt(0);
    if (first === OPENING_BRACKET && text.charCodeAt(1) === TWO) break;
    if (first === OPENING_BRACE) {
      const json = objectIn(text);
      const labels = json === undefined ? LABELS.exec(text) : null;
      if (labels !== null) {
        from =
          nameIn(Object.fromEntries([...text.matchAll(LABEL)].map(([, name, value]) => [name, value]))) ??
          from;
        text = text.slice(labels[0].length);
        continue;
      }
      const inner = json === undefined ? undefined : innerLine(json);
      if (inner === undefined) {
        const bare = plain(text, from, layers);
        return json === undefined ? bare : { ...bare, json };
      }
      text = inner.text.replace(COLOUR, "");
      from = inner.from ?? from;
      continue;
    }
    const named =
      COMPOSE.exec(text) ??
      KUBECTL.exec(text) ??
      GREP.exec(text) ??
      TAGGED.exec(text) ??
      STERN.exec(text) ??
      SYSLOG.exec(text);
    if (named !== null) {
      from = named[1];
      text = text.slice(named[0].length);
      continue;
    }
    const passed = NUMBER.exec(text) ?? INSTANT.exec(text);
    if (passed === null) break;
    text = text.slice(passed[0].length);
  }
  if (text.startsWith("[")) return plain(text, from, layers);
  const row = text.includes('"[') ? ROW.exec(text) : null;
  if (row !== null) return plain((row[1] ?? "").replaceAll('""', '"'), from, layers);
  const begins = BEGINS.exec(text.slice(0, LONGEST_WRAPPING));
  return plain(begins === null ? text : text.slice(begins.index), from, layers);
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const TWO = 0x32;

function plain(text: string, from: string | undefined, layers?: readonly string[]): Unwrapped {
  return {
    text,
    ...(from === undefined ? {} : { from }),
    ...(layers === undefined ? {} : { layers }),
  };
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

type Json = Readonly<Record<string, unknown>>;

/** docker's json-file, exports of Loki and Grafana, Elasticsearch, CloudWatch, Google Cloud: the line is a field. */
function innerLine(json: Json): Unwrapped | undefined {
  const { line, log, message, textPayload } = json;
  const isWrapping = COLLECTORS.some((field) => field in json);
  const inner = [line, isWrapping ? (log ?? textPayload ?? message) : undefined].find(
    (one): one is string => typeof one === "string",
  );
  if (inner === undefined) return undefined;
  const { kubernetes, resource } = json;
  const labels = [json["labels"] ?? json["fields"] ?? json["stream"], kubernetes, labelsIn(resource), json];
  const from = labels.map((one) => (isObject(one) ? nameIn(one) : undefined)).find(Boolean);
  return plain(inner.replace(/\r?\n$/u, ""), from);
}

/** What a collector adds to a line, and no log in JSON has of itself. */
const COLLECTORS = ["stream", "@timestamp", "kubernetes", "resource", "logStreamName", "logGroup"];

function labelsIn(resource: unknown): unknown {
  return isObject(resource) ? resource["labels"] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** Who it is, the most particular first. */
function nameIn(labels: Json): string | undefined {
  for (const label of ["pod", "pod_name", "logStreamName", "instance", "container", "filename", "host"]) {
    const value = labels[label];
    if (typeof value === "string") return value;
  }
  return undefined;
}
