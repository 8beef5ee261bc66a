/** A remote procedure as a server offers it, and how its calls fail. */
import {
  status,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import type { ServerReply } from "../../models/etcd-api.ts";
import type { Procedure } from "../kv/etcd/convert.ts";
import { messageTooLarge } from "../../models/store/errors.ts";
import { MAX_MESSAGE_BYTES } from "../../models/store/size.ts";
import type { Codec, Wire } from "../kv/etcd/schema.ts";
import { STATUS } from "../kv/etcd/status.ts";
import type { Guest } from "./guests.ts";
import type { Call } from "./desk.ts";

export type CallError = Extract<ServerReply, { readonly type: "error" }>;
export type Duplex = ServerDuplexStream<Wire, Wire>;

/** What one call of a unary procedure has. */
export interface AskedCall extends Call {
  readonly fields: Wire;
  /** Its client gave up or is gone. */
  readonly onGone: (act: () => void) => void;
}

/** Answers a call once; not at all: its client waits. */
export type GiveAnswer = (found: Wire | CallError) => void;

/** What is offered under one path. */
export type Offered = { readonly procedure: Procedure } & (
  | { readonly type: "unary"; readonly serve: (asked: AskedCall, answer: GiveAnswer) => void }
  | { readonly type: "told"; readonly serve: (asked: AskedCall, out: Outlet) => void }
  | { readonly type: "stream"; readonly serve: (call: Call, stream: Duplex) => void }
);

/** Tells a client one thing after another. */
export interface Outlet {
  write(found: Wire): void;
  fail(failure: CallError): void;
}

export function failure(code: CallError["code"], message: string): CallError {
  return { type: "error", code, message };
}

export function isFailure(found: Wire | CallError): found is CallError {
  return found["type"] === "error" && typeof (found as CallError).message === "string";
}

/** As gRPC has it. */
export function statusOf({ code, message }: CallError) {
  return { code: STATUS[code], details: message };
}

type AnyCall = ServerUnaryCall<Wire, Wire> | ServerWritableStream<Wire, Wire> | Duplex;

/** Who calls, by its connection. `guestAt`: who that is. */
export function callOf(call: AnyCall, guestAt: (peer: string, agent: string) => Guest): Call {
  const agent = String(call.metadata.get("user-agent")[0] ?? "");
  const hasLeader = String(call.metadata.get("hasleader")[0] ?? "") === "true";
  return { guest: guestAt(call.getPeer(), agent), hasLeader };
}

/** A bug of this server's own is its caller's matter; the server stays. */
export function bugOf(error: unknown): { readonly code: status; readonly details: string } {
  // What a request says that cannot be.
  if (error instanceof RangeError) return { code: status.INVALID_ARGUMENT, details: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: status.INTERNAL, details: `a bug of leasehold serve: ${text}` };
}

/** What goes wrong with one message is its client's matter; the server stays. */
export function hearStream(stream: Duplex, act: (found: Wire) => void): void {
  stream.on("data", (found: Wire) => {
    const refused = sizeRefusalOf(found);
    if (refused !== undefined) return failStream(stream, refused);
    try {
      act(found);
    } catch (error) {
      stream.emit("error", bugOf(error));
    }
  });
}

export function failStream(stream: Duplex, failed: CallError): void {
  stream.emit("error", statusOf(failed));
}

/** Stands for a message that is not looked at. */
const TOO_LARGE = "leasehold: bytes of a message that is too large";

/** As `decode` has it, unless it is larger than etcd takes. */
export function decoded(bytes: Buffer, decode: Codec["decode"]): Wire {
  return bytes.length > MAX_MESSAGE_BYTES ? { [TOO_LARGE]: bytes.length } : decode(bytes);
}

/** What etcd says to a message that is too large. */
export function sizeRefusalOf(found: Wire): CallError | undefined {
  const size = found[TOO_LARGE];
  return typeof size === "number" ? messageTooLarge(size, MAX_MESSAGE_BYTES) : undefined;
}
