/** etcd's KV, Lease and Watch as one simulated process reaches them: message by message, over the way of its own to etcd. */
import { status } from "@grpc/grpc-js";
import type {
  KvReply,
  KvRequest,
  ResponseHeader,
  WatchRequest,
  WatchResponse,
} from "../../models/etcd-api.ts";
import { PROCEDURES, WATCH } from "../kv/etcd/convert.ts";
import type { Wire } from "../kv/etcd/schema.ts";
import { STATUS } from "../kv/etcd/status.ts";
import { PURPOSE_OF } from "../kv/purposes.ts";
import { requestFromWire, responseToWire, watchFromRequest, watchToResponse } from "./messages.ts";

/** What a channel stands on: the way of one process to etcd, and its time. */
export interface ChannelPort {
  /** `purpose`: for faults and stories. */
  submit(request: KvRequest, timeoutMs: number, purpose: string): Promise<KvReply>;
  /** Returns how to close it. The first message says that it is open; `onBroken` is told once, and nothing after it. */
  watch(
    request: WatchRequest,
    onMessage: (response: WatchResponse) => void,
    onBroken: () => void,
  ): () => void;
  /** Says what was asked for, in words. */
  asked(what: string): void;
  /** As `Date.now()` says it to the code that sets deadlines. */
  now(): number;
  /** Returns how to cancel. */
  arm(delayMs: number, due: () => void): () => void;
}

/** What a call does with what its client sends. */
export interface Service {
  message(bytes: Buffer): void;
  /** Its client sends nothing more. */
  ended(): void;
  /** The call is over. */
  gone(): void;
}

/** What a call is answered by. */
export interface Answering {
  readonly port: ChannelPort;
  /** How long a request may take, ms; {@link WITHOUT_DEADLINE_MS} where its client does not say. */
  timeoutMs(): number;
  tell(message: Buffer): void;
  /** Nothing after it. */
  end(code: status, details: string): void;
}

/**
 * Longer than etcd itself lets any request wait: what is not answered by then was lost, and a client without deadlines learns it when its
 * connection is given up.
 */
export const WITHOUT_DEADLINE_MS = 15_000;
const GIVEN_UP = "Connection dropped";

/** The only member. */
const MEMBER = 1;

/** By their paths. */
export const SERVICES: Readonly<Record<string, (call: Answering) => Service>> = {
  ...Object.fromEntries(
    (Object.keys(PROCEDURES) as KvRequest["type"][]).map((type) => [
      PROCEDURES[type].path,
      (call: Answering) => (type === "leaseKeepAlive" ? new Renewals(call) : unary(type, call)),
    ]),
  ),
  [WATCH.path]: (call) => new Watches(call),
};

function unary(type: KvRequest["type"], call: Answering): Service {
  let asked: Buffer | undefined;
  return {
    message: (bytes) => {
      asked = bytes;
    },
    ended: () => {
      if (asked !== undefined)
        ask(type, asked, call, (message) => {
          call.tell(message);
          call.end(status.OK, "OK");
        });
    },
    gone: () => undefined,
  };
}

function ask(
  type: KvRequest["type"],
  bytes: Buffer,
  call: Answering,
  answered: (message: Buffer) => void,
): void {
  const { served } = PROCEDURES[type];
  const request = requestFromWire(type, served.decode(bytes));
  void call.port.submit(request, call.timeoutMs(), PURPOSE_OF[type]).then((reply) => {
    if (reply.type === "ok") answered(served.encode(responseToWire(reply.response, MEMBER)));
    else fail(call, reply);
  });
}

/** That nobody answered in time is the caller's deadline; without one, the end of its connection. */
function fail(call: Answering, { code, message }: Exclude<KvReply, { type: "ok" }>): void {
  if (code === "DeadlineExceeded") call.end(status.UNAVAILABLE, GIVEN_UP);
  else call.end(STATUS[code], message);
}

/** An ordered stream: each renewal is looked at when the one before it is answered. */
class Renewals implements Service {
  readonly #call: Answering;
  readonly #waiting: Buffer[] = [];
  #closing = false;
  #over = false;

  constructor(call: Answering) {
    this.#call = call;
  }

  message(bytes: Buffer): void {
    if (this.#waiting.push(bytes) === 1) this.#next();
  }

  ended(): void {
    this.#closing = true;
    if (this.#waiting.length === 0) this.#call.end(status.OK, "OK");
  }

  gone(): void {
    this.#over = true;
  }

  #next(): void {
    const [bytes] = this.#waiting;
    if (bytes !== undefined)
      ask("leaseKeepAlive", bytes, this.#call, (message) => {
        if (this.#over) return;
        this.#waiting.shift();
        this.#call.tell(message);
        this.#next();
      });
    else if (this.#closing) this.#call.end(status.OK, "OK");
  }
}

/** A stream of watches, which break together. */
class Watches implements Service {
  readonly #call: Answering;
  readonly #open = new Map<number, () => void>();
  #header: ResponseHeader = { revision: 0, raftTerm: 0 };
  #nextId = 0;

  constructor(call: Answering) {
    this.#call = call;
  }

  message(bytes: Buffer): void {
    const found = WATCH.served.decode(bytes);
    if (found["request"] === "create") this.#create(found["create"] as Wire);
    else if (found["request"] === "cancel") this.#cancel(Number((found["cancel"] as Wire)["watchId"]));
    else
      this.#call.end(
        status.UNIMPLEMENTED,
        "leasehold/testing: a simulated process cannot ask for progress; progress_notify tells it from time to time",
      );
  }

  ended(): void {
    // A half-closed stream is still told.
  }

  gone(): void {
    for (const close of this.#open.values()) close();
    this.#open.clear();
  }

  #create(found: Wire): void {
    const { request, watchId: wanted } = watchFromRequest(found);
    const watchId = wanted === 0 ? this.#nextId++ : wanted;
    const close = this.#call.port.watch(
      request,
      (response) => {
        if (response.canceled) this.#open.delete(watchId);
        this.#tell({ ...response, watchId });
      },
      () => this.#call.end(status.UNAVAILABLE, GIVEN_UP),
    );
    this.#open.set(watchId, close);
  }

  /** The confirmation comes at once: the way of a process to etcd has none. */
  #cancel(watchId: number): void {
    const close = this.#open.get(watchId);
    if (close === undefined) return;
    close();
    this.#open.delete(watchId);
    const nothing = { created: false, compactRevision: 0, cancelReason: "", fragment: false, events: [] };
    this.#tell({ ...nothing, watchId, header: this.#header, canceled: true });
  }

  #tell(response: WatchResponse): void {
    this.#header = response.header;
    this.#call.tell(WATCH.served.encode(watchToResponse(response, MEMBER)));
  }
}
