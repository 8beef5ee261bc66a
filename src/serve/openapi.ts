/** The control's description for programs (OpenAPI 3.1), made of the table of actions. */
import { VERSION } from "../version.ts";
import type { Action, ActionField } from "./action.ts";
import { ACTIONS } from "./actions.ts";

const TYPES = {
  duration: { type: "number", minimum: 0, description: "milliseconds" },
  count: { type: "integer", minimum: 0 },
  text: { type: "string", minLength: 1 },
} as const;

const REFUSED = {
  type: "object",
  properties: { error: { type: "string" }, remedy: { type: "string" } },
  required: ["error", "remedy"],
} as const;

const refused = (description: string) => ({
  description,
  content: { "application/json": { schema: REFUSED } },
});

function bodyOf({ fields, open }: Action) {
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, propertyOf(field)])),
    required: fields.flatMap(({ name, otherwise }) => (otherwise === undefined ? [name] : [])),
    additionalProperties: open === true,
  };
}

function propertyOf({ choices, example, meaning, otherwise, type }: ActionField) {
  return {
    ...TYPES[type],
    title: meaning,
    ...(choices === undefined ? {} : { enum: choices }),
    ...(example === undefined ? {} : { examples: [example] }),
    ...(otherwise === undefined ? {} : { default: otherwise }),
  };
}

function operationOf(action: Action) {
  const type = action.name === "trace" ? "application/x-ndjson" : "application/json";
  const required = action.open === true || action.fields.some(({ otherwise }) => otherwise === undefined);
  return {
    operationId: action.name,
    summary: action.does,
    requestBody: { required, content: { "application/json": { schema: bodyOf(action) } } },
    responses: {
      200: { description: "done", content: { [type]: {} } },
      400: refused("it cannot be done, or is told in other words than these"),
      403: refused("asked under another name than that of this machine"),
      405: refused("asked by another method than POST"),
      415: refused("the body is not said to be JSON"),
    },
  };
}

export const OPENAPI = {
  openapi: "3.1.0",
  info: { title: "The control of leasehold serve", version: VERSION },
  paths: Object.fromEntries(ACTIONS.map((action) => [`/v1/${action.name}`, { post: operationOf(action) }])),
} as const;
