/**
 * `leasehold teach --web`: hands the built pages to a browser on this machine, and to nobody else, until it is interrupted.
 * Everything happens in the page; this only gives it away.
 */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { TeachFlags } from "./flags.ts";

const LOOPBACK = "127.0.0.1";
const USUAL_PORT = 4500;
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** What a test replaces: what is handed out, and what ends it. */
export interface ServedPage {
  readonly page: () => string;
  readonly interrupted: () => Promise<void>;
}

export async function teachInBrowser(
  lesson: string | undefined,
  { port = USUAL_PORT }: TeachFlags,
  { out }: Terminal,
  { interrupted, page }: ServedPage = { page: readPage, interrupted: untilInterrupted },
): Promise<ExitCode> {
  const server = createServer(answering(page()));
  const chosen = await listening(server, port);
  const place = lesson === undefined ? "" : `#lesson=${lesson}`;
  out(`The lessons and the playground: http://${LOOPBACK}:${chosen}/${place}\n`);
  out("Only this machine can open them. Ctrl-C stops.\n");
  await interrupted();
  server.closeAllConnections();
  server.close();
  out("\n");
  return EXIT.holds;
}

function readPage(): string {
  try {
    return readFileSync(new URL("../../../web/index.html", import.meta.url), "utf8");
  } catch {
    throw new UserError({
      what: "the pages are not built",
      remedy: "build them with: npm run build",
      exitCode: EXIT.environment,
    });
  }
}

function answering(page: string): Parameters<typeof createServer>[1] {
  return ({ method, url }, response) => {
    const path = (url ?? "").split("?")[0];
    if (method !== "GET" && method !== "HEAD") response.writeHead(405, { allow: "GET, HEAD" }).end();
    else if (path === "/" || path === "/index.html")
      response.writeHead(200, HEADERS).end(method === "HEAD" ? undefined : page);
    else response.writeHead(404, { "content-type": "text/plain" }).end("There is only /\n");
  };
}

/** The port that it listens on: the given one, or any that is free for 0. */
function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new UserError({
          where: "--port",
          what:
            error.code === "EADDRINUSE"
              ? `port ${port} is taken by another program`
              : `port ${port} cannot be used (${error.code ?? error.message})`,
          remedy: `give another, such as --port ${port === 65_535 ? port - 1 : port + 1}, or --port 0 for any that is free`,
          exitCode: EXIT.environment,
        }),
      ),
    );
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}
