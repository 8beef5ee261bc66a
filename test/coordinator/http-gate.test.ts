/** Who is let into the coordinator's HTTP API, and how everybody else is answered. */
import { describe, expect, it } from "vitest";
import { enter, type Asked, type Gate, type Route } from "../../src/coordinator/http-gate.ts";

const ROUTES: readonly Route<string>[] = [
  { name: "/healthz", path: /^\/healthz$/u, methods: { GET: "health" } },
  { name: "/collections", path: /^\/collections$/u, guarded: true, methods: { GET: "list", POST: "create" } },
  {
    name: "/collections/NAME",
    path: /^\/collections\/([^/]+)$/u,
    guarded: true,
    methods: { GET: "describe", DELETE: "drop" },
  },
];
const LOOPBACK: Gate = { hosts: ["box.example"], token: "" };
const OPEN: Gate = { hosts: undefined, token: "0123456789abcdef" };
const JSON_TYPE = { "content-type": "application/json" };

/** The code of a refusal, or which of the path's methods was found with what. */
function answerTo(method: string, target: string, headers: Asked["headers"] = {}, gate = LOOPBACK): string {
  const given = enter(gate, ROUTES, { method, target, headers: { host: "localhost:53100", ...headers } });
  return given.type === "entry" ? [given.given, ...given.parts].join(" ") : String(given.code);
}

describe("a request is", () => {
  it.each<[string, string, string]>([
    ["GET", "/healthz", "health"],
    ["HEAD", "/healthz", "health"],
    ["GET", "/healthz?from=kubelet", "health"],
    ["GET", "http://localhost:53100/healthz", "health"],
    ["GET", "/collections/films", "describe films"],
    ["GET", "/collections/f%69lms", "describe films"],
    ["HEAD", "/collections/films", "describe films"],
    ["DELETE", "/collections/films", "drop films"],
    ["DELETE", "/healthz", "405"],
    ["DELETE", "/collections", "405"],
    ["POST", "/collections/films", "405"],
    ["OPTIONS", "/collections", "405"],
    ["TRACE", "/healthz", "405"],
    ["GET", "/", "404"],
    ["GET", "//", "404"],
    ["GET", "//healthz", "404"],
    ["GET", "/healthz/", "404"],
    ["GET", "/collections/", "404"],
    ["GET", "/collections/a/b", "404"],
    ["GET", "/collections/a%2fb", "describe a%2fb"],
    ["GET", "/collections/%", "400"],
    ["GET", "/collections/%ff", "400"],
    ["GET", "http://[::1", "400"],
    ["GET", "ftp://localhost/healthz", "400"],
    ["GET", "healthz", "400"],
    ["OPTIONS", "*", "400"],
    ["GET", "", "400"],
  ])("%s %s: %s", (method, target, expected) => {
    expect(answerTo(method, target)).toBe(expected);
  });

  it("told which methods there are", () => {
    const given = enter(LOOPBACK, ROUTES, { method: "PUT", target: "/collections", headers: {} });
    expect(given).toMatchObject({ code: 405, headers: { allow: "GET, HEAD, POST" } });
  });
});

describe("a foreign page's request", () => {
  it.each<[string, Asked["headers"], string]>([
    ["from its own origin", { ...JSON_TYPE, origin: "https://evil.example" }, "403"],
    ["from a sandboxed frame", { ...JSON_TYPE, origin: "null" }, "403"],
    ["even where it is ours by name", { ...JSON_TYPE, origin: "http://localhost:53100" }, "403"],
    ["as a form sends it", { "content-type": "text/plain" }, "415"],
    ["as another form sends it", { "content-type": "application/x-www-form-urlencoded" }, "415"],
    ["with a type that only looks right", { "content-type": "application/json-seq" }, "415"],
    ["without a type", {}, "415"],
    ["by a name that was made to point here", { ...JSON_TYPE, host: "evil.example" }, "421"],
    ["by a name that begins like ours", { ...JSON_TYPE, host: "localhost.evil.example" }, "421"],
    ["by an address that is not ours", { ...JSON_TYPE, host: "10.0.0.1:53100" }, "421"],
    ["by a host that is none", { ...JSON_TYPE, host: "a b@localhost" }, "421"],
    ["from a page of another site", { ...JSON_TYPE, "sec-fetch-site": "cross-site" }, "403"],
  ])("%s is refused", (_, headers, code) => {
    expect(answerTo("POST", "/collections", headers)).toBe(code);
  });

  it("with a target that names another host is refused, whatever Host says", () => {
    expect(answerTo("GET", "http://evil.example/healthz")).toBe("421");
  });
});

describe("this machine's own request", () => {
  it.each<[string, Asked["headers"]]>([
    ["by name", {}],
    ["by address", { host: "127.0.0.1:53100" }],
    ["by another of the loopback", { host: "127.1.2.3" }],
    ["over IPv6", { host: "[::1]:53100" }],
    ["by the name that others are told", { host: "BOX.example:53100" }],
    ["typed into a browser", { "sec-fetch-site": "none" }],
    ["with a character set", { "content-type": "application/json; charset=utf-8" }],
  ])("%s is let in", (_, headers) => {
    expect(answerTo("POST", "/collections", { ...JSON_TYPE, ...headers })).toBe("create");
  });

  it("without a Host, as HTTP 1.0 has it, is let in", () => {
    expect(enter(LOOPBACK, ROUTES, { method: "GET", target: "/healthz", headers: {} }).type).toBe("entry");
  });
});

describe("where other machines reach it", () => {
  it.each<[string, string, Asked["headers"], string]>([
    ["GET", "/healthz", { host: "10.0.0.7:9091" }, "health"],
    ["GET", "/collections", {}, "401"],
    ["GET", "/collections", { authorization: "Bearer wrong" }, "401"],
    ["GET", "/collections", { authorization: "Basic 0123456789abcdef" }, "401"],
    ["GET", "/collections", { authorization: "Bearer 0123456789abcdef" }, "list"],
    ["GET", "/collections", { authorization: "bearer 0123456789abcdef", host: "10.0.0.7" }, "list"],
    ["DELETE", "/collections/films", { authorization: "Bearer 0123456789abcdeg" }, "401"],
    ["PATCH", "/collections", {}, "401"],
  ])("%s %s with %j: %s", (method, target, headers, expected) => {
    expect(answerTo(method, target, headers, OPEN)).toBe(expected);
  });
});
