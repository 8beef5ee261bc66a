/**
 * OTLP as JSON, as collectors write it to files: log records, whose bodies are lines or messages of logs, and leasehold's spans
 * (`leasehold/opentelemetry`), whose term of office says when the role was won, served, and lost. One request a line.
 */
import type { LossReason } from "../../models/election-vocabulary.ts";
import type { LogEntry } from "../milvus/read-format.ts";
import type { LogMeaning } from "../milvus/read-lines.ts";

type Json = Readonly<Record<string, unknown>>;

/** What one process exported. */
export interface OtlpPart {
  /** The process, as its resource names it. */
  readonly from: string | undefined;
  /** It names a service, of which there may be several. */
  readonly isShared: boolean;
  /** Records of logs: the body's text, and the same as an entry. */
  readonly records: readonly { readonly text: string; readonly entry: LogEntry }[];
  /** What leasehold's spans tell. */
  readonly told: readonly { readonly at: number; readonly meaning: LogMeaning }[];
}

/** Undefined: it is no OTLP. */
export function readOtlp(json: Json): readonly OtlpPart[] | undefined {
  const logs = json["resourceLogs"];
  const spans = json["resourceSpans"];
  if (!Array.isArray(logs) && !Array.isArray(spans)) return undefined;
  return [
    ...objects(logs).map((one): OtlpPart => ({ ...whoIs(one), records: records(one), told: [] })),
    ...objects(spans).map((one): OtlpPart => ({ ...whoIs(one), records: [], told: terms(one) })),
  ];
}

function objects(value: unknown): readonly Json[] {
  return Array.isArray(value)
    ? value.filter((one): one is Json => typeof one === "object" && one !== null)
    : [];
}

/** Of attributes, as texts. */
function attributesOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    objects(value).flatMap(({ key, value: given }) => {
      const text = textOf(given);
      return typeof key === "string" && text !== undefined ? [[key, text] as const] : [];
    }),
  );
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [found] = Object.values(value);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean"
    ? String(found)
    : undefined;
}

/** The most particular first. */
const NAMES = ["service.instance.id", "k8s.pod.name", "container.name", "host.name"];

function whoIs({ resource }: Json): Pick<OtlpPart, "from" | "isShared"> {
  const attributes = attributesOf((resource as Json | undefined)?.["attributes"]);
  const instance = NAMES.map((name) => attributes.get(name)).find((name) => name !== undefined);
  return { from: instance ?? attributes.get("service.name"), isShared: instance === undefined };
}

/** The scopes were called instrumentation libraries once. */
function inScopes(one: Json, scopes: string, items: string): readonly Json[] {
  return objects(one[scopes]).flatMap((scope) => objects(scope[items]));
}

function records(one: Json): OtlpPart["records"] {
  return inScopes(one, "scopeLogs", "logRecords").flatMap((record) => {
    const text = textOf(record["body"]);
    if (text === undefined) return [];
    // When a collector saw it is no instant of its own.
    const at = millis(record["timeUnixNano"]);
    const fields = attributesOf(record["attributes"]);
    const caller = fields.get("caller") ?? fields.get("code.filepath") ?? "";
    return [{ text, entry: { caller, message: text, fields, ...(at === undefined ? {} : { epochMs: at }) } }];
  });
}

function terms(one: Json): OtlpPart["told"] {
  return inScopes(one, "scopeSpans", "spans").flatMap((span) => {
    const began = millis(span["startTimeUnixNano"]);
    if (span["name"] !== "leasehold.term" || began === undefined) return [];
    const attributes = attributesOf(span["attributes"]);
    const number = (name: string): number => Number(attributes.get(`leasehold.${name}`) ?? 0);
    const whole = {
      type: "milestone",
      form: "leasehold",
      role: attributes.get("leasehold.role") ?? "",
      ...(number("server_id") > 0 ? { serverId: number("server_id") } : {}),
    } as const;
    const token = number("token") > 0 ? { token: number("token") } : {};
    const told: OtlpPart["told"][number][] = [
      { at: began, meaning: { ...whole, milestone: "won", ...token } },
    ];
    for (const event of objects(span["events"])) {
      const at = millis(event["timeUnixNano"]);
      const milestone = EVENTS[String(event["name"])];
      if (at !== undefined && milestone !== undefined) told.push({ at, meaning: { ...whole, milestone } });
    }
    const ended = millis(span["endTimeUnixNano"]);
    const reason = attributes.get("leasehold.end.reason") as LossReason | undefined;
    if (ended !== undefined)
      told.push({
        at: ended,
        meaning:
          reason === undefined
            ? { ...whole, milestone: "stopping" }
            : { ...whole, milestone: "lost", reason },
      });
    return told;
  });
}

const EVENTS: Readonly<Record<string, "active" | "deposed">> = {
  serving: "active",
  "serving no longer": "deposed",
};

/** Nanoseconds as a text or a number; 0 is none. */
function millis(value: unknown): number | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || !/^\d{13,20}$/u.test(text)) return undefined;
  return Number(BigInt(text) / 1_000_000n);
}
