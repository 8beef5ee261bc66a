/**
 * The coordinator's door: Node's HTTP server with a limit on everything a client can make it hold. It lives on the event loop that
 * keeps the lease, so what a client can cost is bounded for each turn of it: see {@link Turnstile}.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { enter, type Answer, type Gate, type Route } from "./http-gate.ts";
import { Turnstile } from "./http-turnstile.ts";
import { StartError } from "./start-error.ts";
import { shown } from "../words/shown.ts";

/** What the door lets in and how long it waits; docs/production.md lists them. */
export const HTTP_LIMITS = {
  /** More are closed at once. */
  connections: 64,
  /** Requests that wait for etcd; more are refused with 429. */
  waiting: 16,
  bodyBytes: 64 * 1024,
  headBytes: 8 * 1024,
  /** A head, and a whole request, must be there within; a slower one gets 408. */
  headMs: 5000,
  requestMs: 10_000,
  /** Between two requests. */
  idleMs: 5000,
  /** Who has not taken an answer within this is cut off. */
  takenMs: 10_000,
  requestsPerConnection: 1000,
} as const;

/** What answers a request. */
export type Handler = (request: {
  /** What the path's groups hold. */
  readonly parts: readonly string[];
  /** The body's text; undefined: it is too long. */
  readonly body: () => Promise<string | undefined>;
}) => Answer | Promise<Answer>;

export interface DoorOptions {
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
  /** The flag that sets the place, for the message that it cannot be had. */
  readonly flag: string;
  readonly gate: Gate;
  readonly routes: readonly Route<Handler>[];
  /** A handler threw: a bug, of which the client hears 500. */
  readonly onFault: (error: unknown) => void;
}

export interface Door {
  readonly port: number;
  /** Ends every connection. */
  close(): void;
}

/** Listens; throws a {@link StartError} if it cannot. */
export async function openDoor({ flag, gate, host, onFault, port, routes }: DoorOptions): Promise<Door> {
  const limits = HTTP_LIMITS;
  let waiting = 0;
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    const { headers, method = "", url: target = "" } = request;
    const entry = enter(gate, routes, { method, target, headers });
    if (entry.type === "refused") return entry;
    const given = { parts: entry.parts, body: () => readBody(request) };
    if (entry.route.waits !== true) return entry.given(given);
    if (waiting >= limits.waiting)
      return {
        code: 429,
        body: { error: `${limits.waiting} requests are being answered; nothing was done, ask again` },
        headers: { "retry-after": "1" },
      };
    waiting++;
    try {
      return await entry.given(given);
    } finally {
      waiting--;
    }
  };
  const server = createServer(
    {
      maxHeaderSize: limits.headBytes,
      headersTimeout: limits.headMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const nth = (request.socket as Duplexed).answering(request, response);
      // Node's own limit says `Connection: close` too, and then goes on answering whoever does not.
      if (nth >= limits.requestsPerConnection) response.shouldKeepAlive = false;
      respond(request).then(
        (answer) => send(request, response, answer),
        (error: unknown) => {
          // Whoever leaves while he is still asking is no bug of ours.
          if (!request.socket.destroyed) onFault(error);
          const message = error instanceof Error ? error.message : String(error);
          send(request, response, { code: 500, body: { error: message } });
        },
      );
    },
  );
  server.maxConnections = limits.connections;
  throughTurnstiles(server);
  try {
    // A backlog of its own: whoever is accepted in one turn is work for that turn.
    await once(
      server.listen({ port, backlog: limits.connections, ...(host === "" ? {} : { host }) }),
      "listening",
    );
  } catch (error) {
    throw cannotListen(error, host, port, flag);
  }
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Duplexed = IncomingMessage["socket"] & Turnstile;

/** Node's own way with a connection, which is to handle any duplex stream, now with ours around the socket. */
function throughTurnstiles(server: Server): void {
  const [handle] = server.listeners("connection");
  if (handle === undefined) throw new Error("Node's HTTP server does not listen to its own connections");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => void handle.call(server, new Turnstile(socket)));
}

function cannotListen(error: unknown, host: string, port: number, flag: string): StartError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return new StartError(
    "environment",
    code === "EADDRINUSE"
      ? `port ${port} of ${host || "this machine"} is in use`
      : `cannot listen on port ${port} of ${host || "this machine"} (${code})`,
    `choose another with ${flag}; each coordinator on one machine needs its own`,
    flag,
  );
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > HTTP_LIMITS.bodyBytes) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  // Ending the loop early must not end the connection: the answer is still to go out on it.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > HTTP_LIMITS.bodyBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { body, code, headers = {} }: Answer,
): void {
  const plain = typeof body === "string";
  const text = plain ? body : `${shown(JSON.stringify(body))}\n`;
  // Whose body was not read to its end is not read to its end: the connection goes with the answer.
  if (!request.complete) response.shouldKeepAlive = false;
  response.writeHead(code, {
    ...(plain ? {} : { "content-type": "application/json" }),
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(text);
  const cut = setTimeout(() => response.destroy(), HTTP_LIMITS.takenMs);
  response.once("close", () => clearTimeout(cut));
}
