/**
 * Which promises a space puts to the test: it has a state in which what they forbid could come to be. Where it has none, that nothing
 * was broken says nothing.
 */
import type { KvRequest, PutRequest } from "../../models/etcd-api.ts";
import type { CoordinatorState } from "../simulation/coordinator-process.ts";
import type { Exploration } from "./exploration.ts";
import type { NodePart } from "./parts.ts";
import type { Ground, WorldParts } from "./world-parts.ts";

/** A state, as a promise's test looks at it. */
interface Looked {
  readonly parts: WorldParts;
  readonly ground: Ground;
}

/** By the promise's name. A promise that is not here is tested by every step. */
const TESTS: Readonly<Record<string, (state: Looked) => boolean>> = {
  // Somebody serves, and somebody else's word that would make it the holder is on its way.
  "single-active": ({ ground, parts }) =>
    parts.nodes.some(
      (node, at) =>
        serves(node) && parts.nodes.some((other, place) => place !== at && claimsKey(other, ground)),
    ),
  // Somebody has the key, and such a word is on its way.
  "one-key-holder": ({ ground, parts }) =>
    tokenNow(parts, ground) > 0 && parts.nodes.some((node) => claimsKey(node, ground)),
  // A write of somebody superseded is on its way.
  fencing: (state) => {
    const { token: newest } = remembered<{ readonly token: number }>(state, "fencing");
    return state.parts.nodes.some((node) =>
      tokensWritten(node, state.ground).some((token) => token < newest),
    );
  },
  // Somebody serves who has a predecessor's writes to know.
  "metadata-complete": ({ ground, parts }) =>
    parts.nodes.some((node) => {
      const token = coordinatorOf(node)?.ledger.token ?? 0;
      return (
        serves(node) && parts.etcd.stored.some(({ key, value }) => writtenUnder(key, value, ground) < token)
      );
    }),
  // Somebody serves, and could lose it.
  "no-causeless-takeover": ({ parts }) => parts.nodes.some(serves),
  // Somebody has another id than the first.
  "unique-ids": ({ parts }) => parts.nodes.some((node) => (coordinatorOf(node)?.ledger.serverId ?? 0) > 1),
};

/** Those of the promises that no state puts to the test. */
export function untestedOf(exploration: Exploration, promises: readonly string[]): readonly string[] {
  const { ground } = exploration.compiled;
  let left = promises.filter((name) => TESTS[name] !== undefined);
  for (let at = 0; left.length > 0 && at < exploration.reached.states; at++) {
    const { parts } = exploration.stateAt(at);
    left = left.filter((name) => TESTS[name]?.({ parts, ground }) !== true);
  }
  return left;
}

/** What the judge of that promise remembers; it must be among those that judge. */
function remembered<Memory>({ ground, parts }: Looked, name: string): Memory {
  return parts.memory[ground.folds.findIndex((fold) => fold.name === name)] as Memory;
}

function serves({ node }: NodePart): boolean {
  return node.claims.length > 0;
}

function coordinatorOf({ node }: NodePart): CoordinatorState["coordinator"] | undefined {
  return (node.state as CoordinatorState | undefined)?.coordinator;
}

/** The token of whoever holds the active key; 0: nobody does. */
function tokenNow({ etcd }: WorldParts, { keys }: Ground): number {
  return etcd.stored.find(({ key }) => key === keys.role)?.createRevision ?? 0;
}

/** Infinity: it is no metadata that somebody wrote under a token. */
function writtenUnder(key: string, value: string, { keys }: Ground): number {
  const token = key.startsWith(keys.metadata) ? Number.parseInt(value, 10) : Number.NaN;
  return Number.isNaN(token) ? Number.POSITIVE_INFINITY : token;
}

/** Whether a request of its that may put the active key is on its way. */
function claimsKey({ items }: NodePart, { keys }: Ground): boolean {
  return items.some(
    ({ item }) => item.type === "request" && putsOf(item.request).some(({ key }) => key === keys.role),
  );
}

/** Under which tokens its writes on their way are. */
function tokensWritten({ items }: NodePart, ground: Ground): number[] {
  return items.flatMap(({ item }) =>
    item.type === "request" && item.purpose === "write"
      ? putsOf(item.request).map(({ key, value }) => writtenUnder(key, value ?? "", ground))
      : [],
  );
}

/** What it may put, whichever way it goes. */
function putsOf(request: KvRequest): PutRequest[] {
  if (request.type === "put") return [request];
  return request.type === "txn" ? [...request.success, ...request.failure].flatMap(putsOf) : [];
}
