/** What can befall messages: the next ones, or all from now on; of a client, of an endpoint, of a kind. */
import { ERRORS } from "../../models/store/errors.ts";
import { PROCEDURES } from "../kv/etcd/convert.ts";
import { ActionError, knownMember, type Action, type ActionField, type Served } from "./action.ts";
import type { Befalling, MessageWay } from "./tampers.ts";

const KINDS: readonly string[] = [...Object.keys(PROCEDURES), "watch"];

const WHAT: ActionField = {
  name: "what",
  type: "text",
  meaning: "which way",
  choices: ["request", "answer"],
  example: "answer",
};
const AIM: readonly ActionField[] = [
  { name: "kind", type: "text", meaning: "of what", choices: ["any", ...KINDS], otherwise: "any" },
  { name: "count", type: "count", meaning: "how many; 0: all from now on", otherwise: 1 },
  { name: "client", type: "text", meaning: "whose, as clients lists them", otherwise: "any" },
  { name: "member", type: "count", meaning: "at whose endpoint; 0: any", otherwise: 0 },
];
const BY: ActionField = { name: "by", type: "duration", meaning: "how much later", example: 100 };

const SAYS = {
  "too-many-requests": ERRORS.tooManyRequests,
  "auth-expired": ERRORS.invalidAuthToken,
  "permission-denied": ERRORS.permissionDenied,
} as const;

export const MESSAGE_ACTIONS: readonly Action[] = [
  {
    name: "lose",
    does: "lose the next requests, or their answers: then they are carried out and nobody hears",
    fields: [WHAT, ...AIM],
    run: (served, given) => befall(served, given, { type: "lost" }),
  },
  {
    name: "delay",
    does: "hold the next requests, or their answers, up for so long",
    fields: [WHAT, BY, ...AIM],
    run: (served, given) => befall(served, given, { type: "late", byMs: given["by"] as number }),
  },
  {
    name: "double",
    does: "carry the next requests out twice; their client hears the first answer",
    fields: AIM,
    run(served, given) {
      if (given["kind"] === "watch")
        throw new ActionError("a watch cannot be doubled", "double a request of another kind");
      return befall(served, { ...given, what: "request" }, { type: "doubled" });
    },
  },
  {
    name: "cut",
    does: "break a client's connection at its next request, or instead of the next answer",
    fields: [WHAT, ...AIM],
    run: (served, given) => befall(served, given, { type: "cut" }),
  },
  {
    name: "hang-up",
    does: "break a client's connection now",
    fields: [{ name: "client", type: "text", meaning: "whose, as clients lists them", otherwise: "any" }],
    run({ guests, server }, { client }) {
      const found = guests.all.filter(({ name, peer }) => [name, peer, "any"].includes(client as string));
      if (found.length === 0 && client !== "any") throw nobody(String(client), guests.all);
      for (const { peer } of found) server.cut(peer);
      return { cut: found.map(({ name }) => name) };
    },
  },
  {
    name: "refuse",
    does: "refuse the next requests: nothing is done",
    fields: [
      { name: "says", type: "text", meaning: "why", choices: Object.keys(SAYS), example: "auth-expired" },
      ...AIM,
    ],
    run(served, given) {
      const refusal = SAYS[given["says"] as keyof typeof SAYS];
      return befall(served, { ...given, what: "request" }, { type: "refused", refusal });
    },
  },
  {
    name: "let-pass",
    does: "nothing befalls messages from now on",
    fields: [],
    run({ tampers }) {
      const spared = tampers.waiting.length;
      tampers.clear();
      return { spared };
    },
  },
];

function befall(
  { etcd, guests, tampers }: Served,
  given: Readonly<Record<string, unknown>>,
  befalls: Befalling,
): unknown {
  const { client, count, kind, member, what } = given as {
    client: string;
    count: number;
    kind: string;
    member: number;
    what: MessageWay;
  };
  // A client that is not there yet is meant when it comes; a name that none can have is a slip.
  if (client !== "any" && !/^(?:[a-z]+-\d+|others|[\d.]+:\d+)$/u.test(client))
    throw nobody(client, guests.all);
  tampers.add({
    way: what,
    befalls,
    left: count === 0 ? Infinity : count,
    ...(kind === "any" ? {} : { kind }),
    ...(client === "any" ? {} : { client }),
    ...(member === 0 ? {} : { member: knownMember(etcd, member) }),
  });
  return {
    next: count === 0 ? "all from now on" : count,
    what,
    kind,
    client,
    ...(member === 0 ? {} : { member }),
  };
}

function nobody(client: string, all: readonly { readonly name: string }[]): ActionError {
  return new ActionError(
    `there is no client ${client}`,
    all.length === 0 ? "nobody is connected" : `there is ${all.map(({ name }) => name).join(", ")}`,
  );
}
