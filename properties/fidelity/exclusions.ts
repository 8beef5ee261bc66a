/** Commands that are not sent, each by a rule with a name and a reason; every skipped command is counted. */
import type { KvRequest, PutRequest, TxnOp } from "../../models/etcd-api.ts";
import type { StoreCommand } from "./command.ts";

interface Exclusion {
  readonly name: string;
  /** What is not sent, and why not; shown with the count. */
  readonly reason: string;
  readonly applies: (command: StoreCommand) => boolean;
}

/** Listed in docs/fidelity.md. */
export const EXCLUSIONS: readonly Exclusion[] = [
  {
    name: "panic",
    reason:
      "a transaction that deletes from a key on without end, and keeps the old value or lease of a key there: etcd panics",
    applies: (command) => command.type === "ask" && panics(command.request),
  },
];

export type ExclusionName = string;

/** The rule that keeps this command from being sent; undefined: none does. */
export function exclusionOf(command: StoreCommand): ExclusionName | undefined {
  return EXCLUSIONS.find(({ applies }) => applies(command))?.name;
}

/**
 * The check for duplicate keys takes the open end literally and so overlooks the deletion; applying then finds no key and
 * panics (measured on 3.4.23, 3.5.16 and 3.5.30, and at every start again: the transaction is in the log).
 */
function panics(request: KvRequest): boolean {
  if (request.type !== "txn") return false;
  const keeping: PutRequest[] = [];
  const openDeletes: string[] = [];
  const visit = (op: TxnOp): void => {
    if (op.type === "txn") [...op.success, ...op.failure].forEach(visit);
    else if (op.type === "put" && (op.ignoreLease === true || op.ignoreValue === true)) keeping.push(op);
    else if (op.type === "deleteRange" && op.rangeEnd === "\0") openDeletes.push(op.key);
  };
  visit(request);
  return keeping.some((put) => openDeletes.some((from) => put.key >= from));
}
