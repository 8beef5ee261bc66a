/**
 * Where clients are served: what they ask goes on to the etcd and what it says goes back, each way with what was asked to befall it,
 * and all of it into the recording. gRPC is in front of it.
 */
import { isUnserved, type EtcdInput } from "../../models/etcd.ts";
import { outcomeOf } from "../../models/outcome.ts";
import type { KvRequest, ServerReply, WatchRequest, WatchResponse } from "../../models/etcd-api.ts";
import { PURPOSE_OF } from "../kv/purposes.ts";
import type { Cause } from "../trace/format.ts";
import { servedCause } from "../trace/served.ts";
import type { Guest } from "./guests.ts";
import type { LiveEtcd } from "./live-etcd.ts";
import type { MessageFate, ServedRecording, StepReason } from "./recording.ts";
import type { StoreSpace } from "./space.ts";
import type { Befalling, Tampers } from "./tampers.ts";

/** What a call says of itself. */
export interface Call {
  readonly guest: Guest;
  /** It wants an error rather than wait where there is no leader. */
  readonly hasLeader: boolean;
}

/** Hears what a watch stream tells. */
export interface StreamEar {
  message(response: WatchResponse): void;
  /** The stream is over. */
  broken(reply: ErrorReply): void;
}

/** A watch stream as its client has it. */
export interface WatchDesk {
  create(watchId: number, request: WatchRequest): void;
  cancel(watchId: number): void;
  progress(): void;
  /** Its client ends it. */
  readonly gone: () => void;
}

type ErrorReply = Extract<ServerReply, { readonly type: "error" }>;

const DOWN: ErrorReply = {
  type: "error",
  code: "Unavailable",
  message: "etcd is down: leasehold ctl restart brings it back",
};

/** What a desk stands between. */
export interface DeskParts {
  readonly etcd: LiveEtcd;
  readonly tampers: Tampers;
  readonly space: StoreSpace;
  /** Breaks a client's connection. */
  readonly cut: (guest: Guest) => void;
  readonly recording?: ServedRecording | undefined;
}

export class Desk {
  readonly etcd: LiveEtcd;
  readonly #tampers: Tampers;
  readonly #space: StoreSpace;
  readonly #cut: (guest: Guest) => void;
  readonly #recording: ServedRecording | undefined;
  #streams = 0;

  constructor({ cut, etcd, recording, space, tampers }: DeskParts) {
    this.etcd = etcd;
    this.#tampers = tampers;
    this.#space = space;
    this.#cut = cut;
    this.#recording = recording;
  }

  /** One request, answered once or never. Returns how its client gives up. */
  ask(call: Call, request: KvRequest, heard: (reply: ServerReply) => void): () => void {
    const { guest, hasLeader } = call;
    const { member, name } = guest;
    const purpose = PURPOSE_OF[request.type];
    this.etcd.catchUp();
    const fate = this.#tampers.next("request", request.type, guest);
    const id = this.#recording?.asks(guest, purpose, fateOf(fate), this.#until(fate)) ?? 0;
    const reason: StepReason = {
      cause: {
        type: "request",
        from: name,
        id,
        purpose,
        request,
        ...this.#at(member),
        ...(hasLeader ? { hasLeader } : {}),
      },
      from: name,
    };
    let answered = false;
    const answer = (reply: ServerReply) => {
      // What came twice is answered twice, and heard once.
      if (answered) return;
      answered = true;
      this.#recording?.reply(guest, id, purpose, outcomeOf(reply));
      heard(reply);
    };
    let client = 0;
    const tell = (): void => {
      client = this.etcd.connect((output) => {
        this.etcd.forget(client);
        if (output.type === "reply") this.#answer(call, request.type, purpose, () => answer(output.reply));
        else if (output.type === "watchesBroken") answer({ ...output, type: "error" });
      }, member);
      if (isUnserved(this.etcd.state, client)) {
        this.etcd.forget(client);
        answer(DOWN);
        return;
      }
      this.#space.before(request);
      this.etcd.tell({ type: "request", client, id, request, ...(hasLeader ? { hasLeader } : {}) }, reason);
    };
    this.#pass(fate, guest, tell, (refusal) => {
      this.#recording?.refused(reason);
      answer(refusal);
    });
    return () => this.etcd.disconnect(client, this.#gone(`${name} gives up ${purpose}`, { from: name, id }));
  }

  /** A stream of watches. */
  open({ guest, hasLeader }: Call, ear: StreamEar): WatchDesk {
    const { member, name: from } = guest;
    const stream = ++this.#streams;
    const { etcd } = this;
    let last = 0;
    const broken = (reply: ErrorReply): void => {
      this.#recording?.watchBroken(guest, last, stream);
      ear.broken(reply);
    };
    const client = etcd.connect((output) => {
      if (output.type === "watchesBroken") {
        etcd.forget(client);
        broken({ ...output, type: "error" });
      } else if (output.type === "watch") {
        const { response } = output;
        this.#answer({ guest, hasLeader }, "watch", "watch", () => {
          this.#recording?.watchMessage(guest, stream, response);
          ear.message(response);
        });
      }
    }, member);
    const tell = (input: EtcdInput, cause: Cause): void => {
      if (!isUnserved(etcd.state, client)) etcd.tell(input, { cause, from });
    };
    if (isUnserved(etcd.state, client)) queueMicrotask(() => broken(DOWN));
    const way = { from, stream, ...this.#at(member) };
    return {
      create: (watchId, request) => {
        etcd.catchUp();
        const fate = this.#tampers.next("request", "watch", guest);
        last = this.#recording?.asks(guest, "watch", fateOf(fate), this.#until(fate)) ?? 0;
        const asked = {
          ...request,
          ...(watchId === 0 ? {} : { watchId }),
          ...(hasLeader ? { hasLeader } : {}),
        };
        const cause: Cause = { type: "watch", id: last, request: asked, ...way };
        this.#pass(
          fate,
          guest,
          () => tell({ type: "watch", client, watchId, request, ...(hasLeader ? { hasLeader } : {}) }, cause),
          (refusal) => {
            this.#recording?.refused({ cause });
            broken(refusal);
          },
        );
      },
      cancel: (watchId) =>
        tell({ type: "cancelWatch", client, watchId }, { type: "unwatch", id: watchId, ...way }),
      progress: () =>
        tell(
          { type: "watchProgress", client },
          servedCause(`${from} asks for progress`, { type: "progress", from, stream }),
        ),
      gone: () => etcd.disconnect(client, this.#gone(`${from} ends a stream`, { from, stream })),
    };
  }

  #pass(
    fate: Befalling | undefined,
    guest: Guest,
    tell: () => void,
    refuse: (refusal: ErrorReply) => void,
  ): void {
    switch (fate?.type) {
      case undefined:
        return tell();
      case "lost":
        return;
      case "late":
        return this.#later(fate.byMs, tell);
      case "doubled":
        tell();
        return tell();
      case "refused":
        return refuse(fate.refusal);
      case "cut":
        return this.#cut(guest);
    }
  }

  #answer({ guest }: Call, kind: KvRequest["type"] | "watch", purpose: string, give: () => void): void {
    const fate = this.#tampers.next("answer", kind, guest);
    const befallen = fateOf(fate);
    if (befallen !== undefined)
      this.#recording?.befell(
        guest,
        kind === "watch" ? "watch" : "reply",
        purpose,
        befallen,
        this.#until(fate),
      );
    this.#pass(fate, guest, give, () => undefined);
  }

  #later(byMs: number, act: () => void): void {
    const { time } = this.etcd;
    time.wakeAt({}, time.now() + byMs, act);
  }

  #until(fate: Befalling | undefined): number | undefined {
    return fate?.type === "late" ? this.etcd.time.now() + fate.byMs : undefined;
  }

  #at(member: number): { readonly member?: number } {
    return this.etcd.state.cluster === null ? {} : { member };
  }

  #gone(
    text: string,
    who: { readonly from: string; readonly id?: number; readonly stream?: number },
  ): StepReason {
    return { cause: servedCause(text, { type: "gone", ...who }) };
  }
}

function fateOf(fate: Befalling | undefined): MessageFate | undefined {
  return fate === undefined ? undefined : fate.type === "cut" ? "lost" : fate.type;
}
