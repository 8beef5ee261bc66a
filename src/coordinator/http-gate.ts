/**
 * Who is let in, and to what. A page in somebody's browser can reach what listens on loopback: it names itself in `Origin`, cannot
 * send JSON without being asked for leave first, and where it had its own name point here, that name is in `Host`. Pure.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "./addresses.ts";

export interface Answer {
  readonly code: number;
  /** JSON, or a text as it is. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is asked for before any body is read. */
export interface Asked {
  readonly method: string;
  /** As it stands in the request's first line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Gate {
  /** Other names of this machine that clients may use. Undefined: any name will do, for nothing here is worth a page's while. */
  readonly hosts: readonly string[] | undefined;
  /** What must be shown for routes that are guarded; empty: nothing. */
  readonly token: string;
}

/** What a path can be asked. */
export interface Route<Given> {
  /** For people: `/collections/NAME`. */
  readonly name: string;
  readonly path: RegExp;
  readonly methods: Readonly<Partial<Record<"GET" | "POST" | "DELETE", Given>>>;
  /** Needs the token, if there is one. */
  readonly guarded?: boolean;
  /** Its requests may have to wait, for etcd, and only so many may do so at once. */
  readonly waits?: boolean;
}

export interface Admission<Given> {
  readonly type: "entry";
  readonly route: Route<Given>;
  readonly given: Given;
  /** What the path's groups hold, decoded. */
  readonly parts: readonly string[];
}

/** Finds what answers the request, or the answer that refuses it. */
export function enter<Given>(
  gate: Gate,
  routes: readonly Route<Given>[],
  { headers, method, target }: Asked,
): Admission<Given> | (Answer & { readonly type: "refused" }) {
  const url = readTarget(target);
  if (url === undefined) return refused(400, "the request's target is no path and no http URL");
  if (gate.hosts !== undefined && ![url.host, headers.host].every((one) => isOurs(one, gate.hosts)))
    return refused(
      421,
      "the Host header names another machine; use the name or address that this one listens on",
    );
  if (headers.origin !== undefined || isForeign(headers["sec-fetch-site"]))
    return refused(403, "a web page is asking, and this is not for web pages");
  for (const route of routes) {
    const found = route.path.exec(url.path);
    if (found === null) continue;
    if (route.guarded === true && !shows(headers.authorization, gate.token))
      return refused(401, "show the token: Authorization: Bearer ...", { "www-authenticate": "Bearer" });
    const allowed = Object.keys(route.methods);
    const given = route.methods[(method === "HEAD" ? "GET" : method) as "GET"];
    if (given === undefined || !allowed.includes(method === "HEAD" ? "GET" : method)) {
      const allow = allowed.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])).join(", ");
      return refused(405, `the method must be one of ${allow}`, { allow });
    }
    if (method === "POST" && !/^application\/json(?:\s*;|\s*$)/iu.test(headers["content-type"] ?? ""))
      return refused(415, "the body must be JSON and say so: Content-Type: application/json");
    return { type: "entry", route, given, parts: found.slice(1) };
  }
  return refused(404, `there is nothing here but ${routes.map(({ name }) => name).join(", ")}`);
}

function refused(code: number, error: string, headers: Readonly<Record<string, string>> = {}) {
  return { type: "refused", code, body: { error }, headers } as const;
}

/** Origin form (`/path?query`), or absolute form, whose host counts too. */
function readTarget(
  target: string,
): { readonly path: string; readonly host: string | undefined } | undefined {
  const url = target.startsWith("/") ? undefined : target;
  if (url !== undefined && !(/^https?:\/\//iu.test(url) && URL.canParse(url))) return undefined;
  const [path = "", host] =
    url === undefined ? [target.split(/[?#]/u, 1)[0]] : [new URL(url).pathname, new URL(url).host];
  try {
    // An escaped slash is part of a name, not a border; no name here has one.
    return { path: /%2f/iu.test(path) ? path : decodeURIComponent(path), host };
  } catch {
    return undefined;
  }
}

/** Undefined: nothing is named, as HTTP 1.0 may do, but no browser does. */
function isOurs(host: string | undefined, others: readonly string[] = []): boolean {
  if (host === undefined) return true;
  const url = `http://${host}`;
  if (!/^[\w.:[\]-]+$/u.test(host) || !URL.canParse(url)) return false;
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/u, "$1");
  return isLoopback(name) || others.includes(name);
}

/** What a browser says of the page that asks; `none` is the address bar. */
function isForeign(site: unknown): boolean {
  return site !== undefined && site !== "none" && site !== "same-origin";
}

function shows(authorization: string | undefined, token: string): boolean {
  if (token === "") return true;
  const shown = /^Bearer +(\S+)$/iu.exec(authorization ?? "")?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}
