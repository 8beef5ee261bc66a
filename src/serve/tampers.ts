/** What befalls messages on their way, as it was asked for by hand: the next of a kind, or all from now on. */
import type { KvRequest } from "../../models/etcd-api.ts";
import type { ErrorReply } from "../../models/store/errors.ts";
import type { Guest } from "./guests.ts";

/** To etcd, or back; what a watch tells is an answer. */
export type MessageWay = "request" | "answer";
/** What clients ask for, by the API's names. */
export type RequestName = KvRequest["type"] | "watch";

/** `cut`: its connection breaks instead. */
export type Befalling =
  | { readonly type: "lost" | "doubled" | "cut" }
  | { readonly type: "late"; readonly byMs: number }
  | { readonly type: "refused"; readonly refusal: ErrorReply };

/** Which messages are meant; what is absent is any. */
export interface Aimed {
  readonly way: MessageWay;
  readonly kind?: string;
  /** As the recording calls it, or its address. */
  readonly client?: string;
  /** The endpoint that it is sent to, by its member's number. */
  readonly member?: number;
}

/** One row of them. `left`: how many more; Infinity: from now on. */
export interface Tamper extends Aimed {
  readonly befalls: Befalling;
  left: number;
}

export class Tampers {
  #waiting: Tamper[] = [];

  /** Those that are still to come. */
  get waiting(): readonly Tamper[] {
    return this.#waiting;
  }

  add(tamper: Tamper): void {
    this.#waiting.push(tamper);
  }

  clear(): void {
    this.#waiting = [];
  }

  /** What becomes of one that comes now; undefined: it simply passes. */
  next(way: MessageWay, kind: RequestName, guest: Guest): Befalling | undefined {
    if (this.#waiting.length === 0) return undefined;
    const found = this.#waiting.find((one) => one.way === way && isMeant(one, kind, guest));
    if (found === undefined) return undefined;
    found.left--;
    if (found.left <= 0) this.#waiting = this.#waiting.filter((one) => one !== found);
    return found.befalls;
  }
}

function isMeant({ client, kind, member }: Aimed, asked: string, guest: Guest): boolean {
  return (
    (kind === undefined || kind === asked) &&
    (client === undefined || client === guest.name || client === guest.peer) &&
    (member === undefined || member === guest.member)
  );
}
