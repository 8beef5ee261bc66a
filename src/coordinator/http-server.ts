/** The coordinator's HTTP API: the catalogue, served by the active one alone, health and metrics. JSON, on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readRequest } from "./collection.ts";
import type { Catalogue, CatalogueChange } from "./catalogue.ts";
import type { Status, Term } from "../service/term.ts";
import { StartError } from "./start-error.ts";

const MAXIMUM_BODY_BYTES = 64 * 1024;

/** What requests are answered from. */
export interface CatalogueApi {
  readonly status: () => Status;
  /** The term and what it keeps, while there is one that may serve. */
  readonly servingTerm: () => { readonly term: Term; readonly catalogue: Catalogue } | undefined;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly role: string;
}

interface Answer {
  readonly code: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Listens; throws a {@link StartError} if the port is taken. Resolves with the server and the port it got. */
export async function startHttpServer(
  api: CatalogueApi,
  host: string,
  port: number,
): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    answer(api, request).then(
      (given) => send(response, given),
      (error: unknown) =>
        send(response, {
          code: 500,
          body: { error: error instanceof Error ? error.message : String(error) },
        }),
    );
  });
  try {
    await once(server.listen(port, host), "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const what =
      code === "EADDRINUSE"
        ? `port ${port} of ${host} is in use`
        : `cannot listen on port ${port} of ${host} (${code})`;
    throw new StartError(
      "environment",
      what,
      "choose another with --port; each coordinator on one machine needs its own",
      "--port",
    );
  }
  return { server, port: (server.address() as AddressInfo).port };
}

async function answer(api: CatalogueApi, request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  switch (pathname) {
    case "/healthz":
      return health(api);
    case "/readyz":
      return { ...health(api), code: api.servingTerm() === undefined ? 503 : 200 };
    case "/metrics": {
      const { text, type } = await api.metrics();
      return { code: 200, body: text, headers: { "content-type": type } };
    }
    case "/collections":
      if (method === "GET") return list(api);
      if (method === "POST") return create(api, request);
      return { code: 405, body: { error: "GET lists, POST creates" }, headers: { allow: "GET, POST" } };
    default:
      break;
  }
  const name = /^\/collections\/([^/]+)$/u.exec(pathname)?.[1];
  if (name === undefined)
    return { code: 404, body: { error: "not found; there is /collections, /healthz, /readyz, /metrics" } };
  if (method === "GET") return describe(api, name);
  if (method === "DELETE") return drop(api, name);
  return { code: 405, body: { error: "GET describes, DELETE drops" }, headers: { allow: "GET, DELETE" } };
}

/** Alive: the process takes part in the election, or is about to. Milvus counts a standby as healthy too. */
function health({ servingTerm, role, status }: CatalogueApi): Answer {
  const now = status();
  // A claim that has run out serves nobody, whether or not its timer has fired.
  const state = servingTerm() === undefined && now.phase === "active" ? "leaving" : now.phase;
  const alive = state !== "leaving" && state !== "ended";
  return {
    code: alive ? 200 : 503,
    body: { role, state, serverId: now.serverId, token: now.token },
  };
}

function list(api: CatalogueApi): Answer {
  const serving = api.servingTerm();
  if (serving === undefined) return notActive(api);
  const names = serving.catalogue.list().map(({ name }) => name);
  return whileServing(api, serving.term, {
    code: 200,
    body: { collections: names, token: serving.term.token },
  });
}

function describe(api: CatalogueApi, name: string): Answer {
  const serving = api.servingTerm();
  if (serving === undefined) return notActive(api);
  const collection = serving.catalogue.describe(name);
  const found = collection === undefined ? noSuch(name) : { code: 200, body: collection };
  return whileServing(api, serving.term, found);
}

async function create(api: CatalogueApi, request: IncomingMessage): Promise<Answer> {
  if (api.servingTerm() === undefined) return notActive(api);
  const body = await readBody(request);
  if (body === undefined)
    return { code: 413, body: { error: `the body is longer than ${MAXIMUM_BODY_BYTES} bytes` } };
  const asked = readRequest(parse(body));
  if (typeof asked === "string") return { code: 400, body: { error: asked } };
  const serving = api.servingTerm();
  if (serving === undefined) return notActive(api);
  return changed(api, asked.name, 201, await serving.catalogue.create(asked));
}

async function drop(api: CatalogueApi, name: string): Promise<Answer> {
  const serving = api.servingTerm();
  if (serving === undefined) return notActive(api);
  return changed(api, name, 200, await serving.catalogue.drop(name));
}

function changed(api: CatalogueApi, name: string, code: number, change: CatalogueChange): Answer {
  switch (change.type) {
    case "done":
      return { code, body: { ...change.collection, revision: change.revision } };
    case "exists":
      return { code: 409, body: { error: `collection ${name} already exists` } };
    case "absent":
      return noSuch(name);
    case "superseded":
      return notActive(api);
    case "unknown":
      return {
        code: 504,
        body: {
          error: "outcome unknown: etcd did not answer and the term ended; ask the next active coordinator",
        },
      };
    case "refused":
      return { code: 507, body: { error: `etcd refused it: ${change.message}` } };
  }
}

function noSuch(name: string): Answer {
  return { code: 404, body: { error: `collection ${name} does not exist` } };
}

/** What was read is given out only if it was still the active one's to give. */
function whileServing(api: CatalogueApi, term: Term, given: Answer): Answer {
  return term.isCurrent() ? given : notActive(api);
}

/** Nothing was done; whom to ask instead, if that is known. */
function notActive({ role, status }: CatalogueApi): Answer {
  const now = status();
  const active = now.holder === undefined ? undefined : readSession(now.holder);
  return {
    code: 503,
    body: {
      error: `this ${role} is not active`,
      state: now.phase,
      ...(active === undefined ? {} : { active }),
    },
    headers: { "retry-after": "1" },
  };
}

/** The session that another coordinator, ours or Milvus', wrote under the active key. */
function readSession(text: string): { serverId: number; address: string } | undefined {
  try {
    const { Address, ServerID } = JSON.parse(text) as Record<string, unknown>;
    return typeof Address === "string" && typeof ServerID === "number"
      ? { serverId: ServerID, address: Address }
      : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAXIMUM_BODY_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { body, code, headers = {} }: Answer): void {
  const plain = typeof body === "string";
  response.writeHead(code, { ...(plain ? {} : { "content-type": "application/json" }), ...headers });
  response.end(plain ? body : `${JSON.stringify(body)}\n`);
}
