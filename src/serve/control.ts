/** The control of a served etcd: each action as `POST /v1/<name>` with JSON, on a port of its own, for programs and `leasehold ctl`. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { shown } from "../words/shown.ts";
import { checkedInput } from "./action-input.ts";
import { ActionError, type Served } from "./action.ts";
import { ACTIONS } from "./actions.ts";
import type { LivePage } from "./live-page.ts";
import { OPENAPI } from "./openapi.ts";

const MOST_BODY_BYTES = 64 * 1024 * 1024;
export interface Control {
  readonly port: number;
  close(): void;
}

/** Listens on loopback alone. `page`: handed out beside it. */
export async function openControl(served: Served, port: number, page?: LivePage): Promise<Control> {
  const server = createServer((request, response) => {
    if (request.method === "GET" && isAsked(request) && page?.answer(request.url ?? "", response) === true)
      return;
    void answer(served, request).then(({ body, code }) => send(response, code, body));
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      page?.close();
      server.close();
      // Who is told that it is over hears it first.
      setImmediate(() => server.closeAllConnections());
    },
  };
}

interface GiveAnswer {
  readonly code: number;
  readonly body: unknown;
}

async function answer(served: Served, request: IncomingMessage): Promise<GiveAnswer> {
  try {
    return await answered(served, request);
  } catch (error) {
    if (error instanceof ActionError) return refused(400, error.message, error.remedy);
    return refused(500, error instanceof Error ? error.message : String(error), "this is a bug of leasehold");
  }
}

async function answered(served: Served, request: IncomingMessage): Promise<GiveAnswer> {
  const { headers, method, url = "" } = request;
  if (!isAsked(request)) return refused(403, `this is not ${headers.host ?? "a host"}`, "ask 127.0.0.1");
  if (url === "/openapi.json") return { code: 200, body: OPENAPI };
  const action = ACTIONS.find(({ name }) => url === `/v1/${name}`);
  if (action === undefined)
    return refused(
      404,
      `there is no ${url}`,
      `there is ${ACTIONS.map(({ name }) => `/v1/${name}`).join(", ")}`,
    );
  if (method !== "POST") return refused(405, `${method} does nothing`, `POST ${url}`);
  if (headers["content-type"]?.startsWith("application/json") !== true)
    return refused(415, "the body is not said to be JSON", "send content-type: application/json");
  const body = await bodyOf(request);
  return { code: 200, body: await action.run(served, checkedInput(action, body)) };
}

/** A page of somebody else's may reach loopback too, but not with JSON and under this name. */
function isAsked({ headers: { host = "" } }: IncomingMessage): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(host);
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BODY_BYTES)
      throw new ActionError("the body is too long", `send at most ${MOST_BODY_BYTES} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  if (text.trim() === "") return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ActionError("the body is no JSON", 'send an object, such as {"for": 1000}');
  }
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new ActionError("the body is no object", 'send an object, such as {"for": 1000}');
}

function refused(code: number, error: string, remedy: string): GiveAnswer {
  return { code, body: { error, remedy } };
}

function send(response: ServerResponse, code: number, body: unknown): void {
  // A trace is lines of JSON, and says by itself what is in it.
  const isTrace = typeof body === "string";
  const text = isTrace ? body : `${shown(JSON.stringify(body))}\n`;
  response.writeHead(code, {
    "content-type": isTrace ? "application/x-ndjson" : "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}
