/** KV, Lease and Watch: what is asked of them is the model's. */
import type { KvRequest } from "../../models/etcd-api.ts";
import { eventSize } from "../../models/store/size.ts";
import { PROCEDURES, WATCH } from "../kv/etcd/convert.ts";
import type { Wire } from "../kv/etcd/schema.ts";
import type { Call, Desk } from "./desk.ts";
import { requestFromWire, responseToWire, watchFromRequest, watchToResponse } from "./messages.ts";
import { failStream, hearStream, type Duplex, type Offered } from "./rpc.ts";

/** Renewals of one stream that may wait for those before them. */
const MOST_RENEWALS = 10_000;
/** What one watch stream told and its client has not taken: so many bytes are kept, and then the stream ends. */
const MOST_UNTAKEN_BYTES = 64 * 1024 * 1024;
/** Of a message beside its events. */
const MESSAGE_BYTES = 100;

export function kvServices(desk: Desk): Offered[] {
  const unary = (Object.keys(PROCEDURES) as KvRequest["type"][]).filter((type) => type !== "leaseKeepAlive");
  return [
    ...unary.map((type): Offered => ({
      procedure: PROCEDURES[type],
      type: "unary",
      serve(asked, answer) {
        const { fields, guest } = asked;
        const giveUp = desk.ask(asked, requestFromWire(type, fields), (reply) =>
          answer(reply.type === "ok" ? responseToWire(reply.response, guest.member) : reply),
        );
        asked.onGone(giveUp);
      },
    })),
    {
      procedure: PROCEDURES.leaseKeepAlive,
      type: "stream",
      serve: (call, stream) => keepAlive(desk, call, stream),
    },
    { procedure: WATCH, type: "stream", serve: (call, stream) => watch(desk, call, stream) },
  ];
}

/** An ordered stream: each renewal is looked at when the one before it is answered. */
function keepAlive(desk: Desk, call: Call, stream: Duplex): void {
  const waiting: Wire[] = [];
  let giveUp: (() => void) | undefined;
  let closing = false;
  const next = (): void => {
    const found = waiting[0];
    if (found === undefined) {
      if (closing) stream.end();
      return;
    }
    // Most answers come before the call returns, and then the next renewal's turn has come already.
    let answered = false;
    const end = desk.ask(call, requestFromWire("leaseKeepAlive", found), (reply) => {
      answered = true;
      giveUp = undefined;
      waiting.shift();
      if (reply.type === "ok") {
        stream.write(responseToWire(reply.response, call.guest.member));
        next();
      } else failStream(stream, reply);
    });
    if (!answered) giveUp = end;
  };
  hearStream(stream, (found) => {
    if (waiting.length === MOST_RENEWALS) stream.emit("error", TOO_MANY);
    else if (waiting.push(found) === 1) next();
  });
  stream.on("end", () => {
    closing = true;
    if (waiting.length === 0) stream.end();
  });
  stream.on("cancelled", () => giveUp?.());
}

const TOO_MANY = {
  code: 8,
  details: `more than ${MOST_RENEWALS} renewals wait on one stream: hear their answers first`,
};

const TAKES_NOTHING = {
  code: 8,
  details: `this client takes nothing: ${MOST_UNTAKEN_BYTES} bytes wait for it on one stream`,
};

function watch(desk: Desk, call: Call, stream: Duplex): void {
  let untaken = 0;
  const open = desk.open(call, {
    message(response) {
      // What a slow client has not taken is kept for it, in order.
      const size = response.events.reduce((sum, event) => sum + eventSize(event), MESSAGE_BYTES);
      untaken += size;
      if (untaken > MOST_UNTAKEN_BYTES) {
        open.gone();
        stream.emit("error", TAKES_NOTHING);
      } else
        stream.write(watchToResponse(response, call.guest.member), () => {
          untaken -= size;
        });
    },
    broken: (reply) => failStream(stream, reply),
  });
  hearStream(stream, (found) => {
    if (found["request"] === "create") {
      const { request, watchId } = watchFromRequest(found["create"] as Wire);
      open.create(watchId, request);
    } else if (found["request"] === "cancel") open.cancel(Number((found["cancel"] as Wire)["watchId"]));
    else if (found["request"] === "progress") open.progress();
  });
  // A half-closed stream is still told.
  stream.on("cancelled", () => open.gone());
  stream.on("error", () => open.gone());
}
