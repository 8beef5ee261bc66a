/** The catalogue over HTTP: collections listed, described, created and dropped, by the active coordinator alone. */
import type { Status, Term } from "../service/term.ts";
import type { Catalogue, CatalogueChange } from "./catalogue.ts";
import { readRequest } from "./collection.ts";
import type { Answer, Route } from "./http-gate.ts";
import { HTTP_LIMITS, type Handler } from "./http-server.ts";
import { shortened } from "../words/shown.ts";

/** What requests are answered from. */
export interface CatalogueApi {
  readonly role: string;
  readonly status: () => Status;
  /** The term and what it keeps, while there is one that may serve. */
  readonly servingTerm: () => { readonly term: Term; readonly catalogue: Catalogue } | undefined;
}

export function catalogueRoutes(api: CatalogueApi): readonly Route<Handler>[] {
  return [
    {
      name: "/collections",
      path: /^\/collections$/u,
      guarded: true,
      waits: true,
      methods: { GET: () => list(api), POST: ({ body }) => create(api, body) },
    },
    {
      name: "/collections/NAME",
      path: /^\/collections\/([^/]+)$/u,
      guarded: true,
      waits: true,
      methods: {
        GET: ({ parts: [name = ""] }) => describe(api, name),
        DELETE: ({ parts: [name = ""] }) => drop(api, name),
      },
    },
  ];
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

async function create(api: CatalogueApi, readBody: () => Promise<string | undefined>): Promise<Answer> {
  if (api.servingTerm() === undefined) return notActive(api);
  const body = await readBody();
  if (body === undefined)
    return { code: 413, body: { error: `the body is longer than ${HTTP_LIMITS.bodyBytes} bytes` } };
  const json = parse(body);
  if (json === undefined) return { code: 400, body: { error: "the body is not JSON" } };
  const asked = readRequest(json);
  if (typeof asked === "string") return { code: 400, body: { error: shortened(asked, 500) } };
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
  return { code: 404, body: { error: `collection ${shortened(name)} does not exist` } };
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
      ? { serverId: ServerID, address: shortened(Address) }
      : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
