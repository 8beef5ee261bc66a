/**
 * etcd's Lock and Election services: clients of the same store, as in etcd (`server/etcdserver/api/v3lock`, `v3election`), which ask
 * on behalf of whoever calls. A claim is a key `name/<lease>`; the oldest one holds.
 */
import { prefixEnd } from "../../models/bytes.ts";
import type { KeyValue, KvRequest, KvResponse, ServerReply, TxnOp } from "../../models/etcd-api.ts";
import { namedProcedure } from "../kv/etcd/convert.ts";
import type { Wire } from "../kv/etcd/schema.ts";
import type { Call, Desk, WatchDesk } from "./desk.ts";
import { wireBytes, headerToWire, keyValueToWire, wireText } from "./messages.ts";
import {
  failure,
  type GiveAnswer,
  type AskedCall,
  type CallError,
  type Offered,
  type Outlet,
} from "./rpc.ts";

/** Of a lease that etcd grants where the call names none, seconds. */
const OWN_TTL_SECONDS = 60;

const NOT_LEADER = failure("Unknown", "election: not leader");
const NO_LEADER = failure("Unknown", "election: no leader");
const NO_KEY = failure("Unknown", '"leader" field must be provided');

export function electionServices(desk: Desk): Offered[] {
  const unary = (
    service: string,
    name: string,
    serve: (asking: Asking, fields: Wire) => Promise<Wire>,
  ): Offered => ({
    procedure: namedProcedure(service, name),
    type: "unary",
    serve: (asked, answer) => settle(serve(new Asking(desk, asked), asked.fields), answer),
  });
  return [
    unary("v3lockpb.Lock", "Lock", async (asking, fields) => {
      const { header, key } = await asking.claim(wireText(fields["name"]), String(fields["lease"]), "");
      return { header, key: wireBytes(key) };
    }),
    unary("v3lockpb.Lock", "Unlock", async (asking, { key }) => ({
      header: asking.header(await asking.ask({ type: "deleteRange", key: wireText(key) })),
    })),
    unary("v3electionpb.Election", "Campaign", async (asking, fields) => {
      const { lease, name, value } = fields;
      const {
        header,
        key,
        lease: held,
        revision,
      } = await asking.claim(wireText(name), String(lease), wireText(value));
      return { header, leader: { name, key: wireBytes(key), rev: revision, lease: held } };
    }),
    unary("v3electionpb.Election", "Proclaim", async (asking, { leader, value }) => {
      const { key, lease, revision } = claimOf(leader);
      const put: TxnOp = { type: "put", key, value: wireText(value), lease };
      return { header: await asking.ifHeld(key, revision, put) };
    }),
    unary("v3electionpb.Election", "Resign", async (asking, { leader }) => {
      const { key, revision } = claimOf(leader);
      return {
        header: await asking.ifHeld(key, revision, { type: "deleteRange", key }).catch(forgiven(asking)),
      };
    }),
    unary("v3electionpb.Election", "Leader", async (asking, { name }) => {
      const found = await asking.oldest(`${wireText(name)}/`);
      const [kv] = found.kvs;
      if (kv === undefined) throw new Failed(NO_LEADER);
      return { header: asking.header(found), kv: keyValueToWire(kv) };
    }),
    {
      procedure: namedProcedure("v3electionpb.Election", "Observe", "Leader"),
      type: "told",
      serve(asked, out) {
        void observe(new Asking(desk, asked), `${wireText(asked.fields["name"])}/`, out);
      },
    },
  ];
}

/** To resign from what one no longer holds is no error. */
function forgiven(asking: Asking): (error: unknown) => Promise<Wire> {
  return async (error) => {
    if (!(error instanceof Failed) || error.failure !== NOT_LEADER) throw error;
    return asking.header(await asking.ask({ type: "range", key: "\0" }));
  };
}

function claimOf(leader: unknown): {
  readonly key: string;
  readonly lease: string;
  readonly revision: number;
} {
  if (leader === null || leader === undefined) throw new Failed(NO_KEY);
  const { key, lease, rev } = leader as Wire;
  return { key: wireText(key), lease: String(lease), revision: Number(rev) };
}

/** Tells who holds it now, and whoever does later. */
async function observe(asking: Asking, prefix: string, out: Outlet): Promise<void> {
  try {
    let told = "";
    for (;;) {
      const found = await asking.oldest(prefix);
      const [kv] = found.kvs;
      const now = kv === undefined ? "" : `${kv.key} ${kv.modRevision}`;
      if (kv !== undefined && now !== told)
        out.write({ header: asking.header(found), kv: keyValueToWire(kv) });
      told = now;
      await asking.change({
        key: prefix,
        rangeEnd: prefixEnd(prefix),
        startRevision: found.header.revision + 1,
      });
    }
  } catch (error) {
    if (error instanceof Failed) out.fail(error.failure);
    else throw error;
  }
}

/** A call that etcd answered with an error. */
class Failed extends Error {
  readonly failure: CallError;

  constructor(failed: CallError) {
    super(failed.message);
    this.failure = failed;
  }
}

function settle(asked: Promise<Wire>, answer: GiveAnswer): void {
  asked.then(answer, (error: unknown) => {
    if (error instanceof Failed) answer(error.failure);
    else answer(failure("Internal", `a bug of leasehold serve: ${String(error)}`));
  });
}

type ResponseTo<R extends KvRequest> = Extract<KvResponse, { type: R["type"] }>;

/** What one call asks on its caller's behalf; all of it ends with the caller. */
class Asking {
  readonly #desk: Desk;
  readonly #call: Call;
  #gone = false;
  readonly #ends = new Set<() => void>();

  constructor(desk: Desk, { guest, hasLeader, onGone }: AskedCall) {
    this.#desk = desk;
    this.#call = { guest, hasLeader };
    onGone(() => {
      this.#gone = true;
      for (const end of this.#ends) end();
    });
  }

  header({ header }: KvResponse): Wire {
    return headerToWire(header, this.#call.guest.member);
  }

  /** Rejects with a {@link Failed}; never settles where its caller is gone. */
  ask<R extends KvRequest>(request: R): Promise<ResponseTo<R>> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return;
      // Most answers come before the call returns.
      let over = false;
      const end = (): void => giveUp();
      const giveUp = this.#desk.ask(this.#call, request, (reply: ServerReply) => {
        over = true;
        this.#ends.delete(end);
        if (reply.type === "ok") resolve(reply.response as ResponseTo<R>);
        else reject(new Failed(reply));
      });
      if (!over) this.#ends.add(end);
    });
  }

  oldest(prefix: string): Promise<ResponseTo<Extract<KvRequest, { type: "range" }>>> {
    return this.ask({
      type: "range",
      key: prefix,
      rangeEnd: prefixEnd(prefix),
      sortTarget: "create",
      sortOrder: "ascend",
      limit: 1,
    });
  }

  /** Takes its place in the row, and waits until nobody is before it. */
  async claim(name: string, given: string, value: string) {
    const lease =
      given === "0" ? (await this.ask({ type: "leaseGrant", ttlSeconds: OWN_TTL_SECONDS })).id : given;
    const prefix = `${name}/`;
    const key = `${prefix}${BigInt(lease).toString(16)}`;
    const entered = await this.ask({
      type: "txn",
      compare: [{ key, target: "create", result: "equal", createRevision: 0 }],
      success: [{ type: "put", key, value, lease }],
      failure: [{ type: "range", key }],
    });
    const revision = entered.succeeded ? entered.header.revision : firstOf(entered).createRevision;
    if (!entered.succeeded && firstOf(entered).value !== value)
      await this.ifHeld(key, revision, { type: "put", key, value, lease });
    // Whoever gives up waiting leaves the row.
    this.#ends.add(() => this.#desk.ask(this.#call, { type: "deleteRange", key }, () => undefined));
    const held = await this.#untilFirst(prefix, key, revision);
    this.#ends.clear();
    return { header: held, key, lease, revision };
  }

  async #untilFirst(prefix: string, key: string, revision: number): Promise<Wire> {
    for (;;) {
      const before = await this.ask({
        type: "range",
        key: prefix,
        rangeEnd: prefixEnd(prefix),
        sortTarget: "create",
        sortOrder: "descend",
        limit: 1,
        maxCreateRevision: revision - 1,
      });
      const [last] = before.kvs;
      if (last === undefined) break;
      await this.change({ key: last.key, startRevision: before.header.revision + 1, noPut: true });
    }
    const own = await this.ask({ type: "range", key });
    if (own.count === 0) throw new Failed(failure("Unknown", "mutex: session is expired"));
    return this.header(own);
  }

  /** Until something of this changes. */
  change(request: Parameters<WatchDesk["create"]>[1]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return;
      const stream = this.#desk.open(this.#call, {
        message: ({ canceled, events }) => {
          if (events.length > 0 || canceled) over(resolve);
        },
        broken: (reply) => over(() => reject(new Failed(reply))),
      });
      const over = (then: () => void): void => {
        this.#ends.delete(stream.gone);
        stream.gone();
        then();
      };
      this.#ends.add(stream.gone);
      stream.create(0, request);
    });
  }

  /** Only as long as the claim is the one of then. */
  async ifHeld(key: string, revision: number, then: TxnOp): Promise<Wire> {
    const done = await this.ask({
      type: "txn",
      compare: [{ key, target: "create", result: "equal", createRevision: revision }],
      success: [then],
      failure: [],
    });
    if (!done.succeeded) throw new Failed(NOT_LEADER);
    return this.header(done);
  }
}

function firstOf({ responses }: ResponseTo<Extract<KvRequest, { type: "txn" }>>): KeyValue {
  const [found] = responses;
  const kv = found?.type === "range" ? found.kvs[0] : undefined;
  if (kv === undefined) throw new Error("a key that exists was not found");
  return kv;
}
