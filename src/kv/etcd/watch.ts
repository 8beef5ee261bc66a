/**
 * One watch, kept going across streams and members: a stream that breaks is opened again from the revision after the last
 * one told, so nothing is told twice and nothing is missed. Where that cannot be promised the watch is told broken, once.
 */
import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import type { WatchRequest, WatchResponse } from "../../../models/etcd-api.ts";
import { metadataFor } from "./call.ts";
import { WATCH, watchFromWire, watchToWire } from "./convert.ts";
import type { EtcdMember } from "./members.ts";
import type { Wire } from "./schema.ts";
import { failureOf, wantsNewToken, type CallFailure } from "./status.ts";
import type { Login } from "./token.ts";

/** Streams tried one after another without a message from any; then whoever watches should read again. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 50;
/** A member that does not confirm a watch within this time is not asked again: as long as any request is given. */
const CONFIRM_MS = 5000;

export interface WatchListener {
  onMessage(response: WatchResponse): void;
  /** Nothing more will come. */
  onBroken(why: CallFailure): void;
}

export interface Watch {
  /** Nothing more is told. */
  close(): void;
  /** Goes on at another member if it is at this one. */
  leave(member: EtcdMember): void;
}

export interface WatchSurroundings extends WatchListener {
  member(): EtcdMember;
  blame(member: EtcdMember): void;
  token(timeoutMs: number, stale?: string): Promise<Login | undefined>;
}

type Stream = ClientDuplexStream<Wire, Wire>;

export function openWatch(request: WatchRequest, around: WatchSurroundings): Watch {
  return new ResumedWatch(request, around);
}

class ResumedWatch implements Watch {
  readonly #request: WatchRequest;
  readonly #around: WatchSurroundings;
  /** The next revision to tell; 0: from now on, so that a stream lost before any event cannot be replaced. */
  #next: number;
  #confirmed = false;
  /** Part of a revision's events was told. */
  #withinRevision = false;
  #attempts = 0;
  #over = false;
  #member: EtcdMember | undefined;
  #stream: Stream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #token: string | undefined;
  #tokenRefused = false;

  constructor(request: WatchRequest, around: WatchSurroundings) {
    this.#request = request;
    this.#around = around;
    this.#next = Math.max(0, request.startRevision ?? 0);
    void this.#open();
  }

  close(): void {
    this.#over = true;
    this.#drop();
  }

  leave(member: EtcdMember): void {
    if (this.#over || member !== this.#member || this.#stream === undefined) return;
    this.#failed({ type: "error", code: "Unavailable", message: "the member left requests unanswered" });
  }

  async #open(stale?: string): Promise<void> {
    this.#attempts++;
    const login = await this.#around.token(CONFIRM_MS, stale);
    if (this.#over) return;
    if (login?.type === "error") {
      this.#failed(login);
      return;
    }
    this.#token = login?.token;
    const member = this.#around.member();
    const { codec, path } = WATCH;
    const metadata = metadataFor(this.#token);
    const stream: Stream = member.connection.makeBidiStreamRequest(
      path,
      codec.encode,
      codec.decode,
      metadata,
      {},
    );
    this.#member = member;
    this.#stream = stream;
    const mine = (then: () => void) => () => {
      if (stream === this.#stream) then();
    };
    const ended = (why: CallFailure) =>
      mine(() => {
        this.#around.blame(member);
        this.#failed(why);
      })();
    stream.on("data", (fields: Wire) => mine(() => this.#message(watchFromWire(fields)))());
    stream.on("error", (error: ServiceError) => ended(failureOf(error)));
    stream.on("end", () => ended({ type: "error", code: "Unavailable", message: "the stream ended" }));
    this.#timer = setTimeout(
      () =>
        ended({ type: "error", code: "DeadlineExceeded", message: "the watch was not confirmed in time" }),
      CONFIRM_MS,
    );
    stream.write(watchToWire({ ...this.#request, startRevision: this.#next }));
  }

  #message(response: WatchResponse): void {
    clearTimeout(this.#timer);
    this.#attempts = 0;
    if (response.canceled) {
      if (this.#retriesToken(response)) return;
      this.close();
      this.#around.onMessage(response);
      return;
    }
    if (response.created) {
      this.#tokenRefused = false;
      if (this.#confirmed) return; // a later stream; the first one was told
      this.#confirmed = true;
      this.#around.onMessage(response);
      return;
    }
    // A member that was cut off for long may bring what is known already (etcd before 3.4.25).
    const events = response.events.filter(({ kv }) => kv.modRevision >= this.#next);
    if (events.length === 0 && response.events.length > 0) return;
    this.#withinRevision = response.fragment;
    const last = events.at(-1)?.kv.modRevision;
    if (last !== undefined && !response.fragment) this.#next = last + 1;
    this.#around.onMessage({ ...response, events });
  }

  /** etcd 3.4 says "permission denied" where it no longer knows the token. A second time it means it. */
  #retriesToken({ cancelReason, created }: WatchResponse): boolean {
    if (this.#token === undefined || this.#tokenRefused || !created) return false;
    if (!wantsNewToken({ message: cancelReason }) && cancelReason !== "etcdserver: permission denied")
      return false;
    this.#tokenRefused = true;
    this.#drop();
    void this.#open(this.#token);
    return true;
  }

  #failed(why: CallFailure): void {
    this.#drop();
    const resumable = !this.#withinRevision && (this.#next > 0 || !this.#confirmed);
    const stale = this.#token !== undefined && wantsNewToken(why) ? this.#token : undefined;
    const passing = stale !== undefined || why.code === "Unavailable" || why.code === "DeadlineExceeded";
    const again = passing || why.code === "Internal" || why.code === "Canceled" || why.code === "Unknown";
    if (!resumable || !again || this.#attempts >= ATTEMPTS) {
      this.#over = true;
      this.#around.onBroken(why);
      return;
    }
    this.#timer = setTimeout(() => void this.#open(stale), FIRST_PAUSE_MS * 2 ** this.#attempts);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.cancel();
  }
}
