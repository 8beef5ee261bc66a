/** What befalls the next requests of a kind on their way: asked for by hand, through the control. */
import type { KvRequest } from "../../models/etcd-api.ts";

/** Of a watch, messages are answers. */
export type Loss = "request lost" | "answer lost";

interface Tamper {
  /** Undefined: any. */
  readonly kind: string | undefined;
  readonly fate: Loss;
  left: number;
}

export class Tampers {
  #waiting: Tamper[] = [];

  /** The next `count` of this kind. */
  add(kind: string | undefined, fate: Loss, count: number): void {
    this.#waiting.push({ kind, fate, left: count });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** What becomes of one that comes now; undefined: it simply passes. */
  next(kind: KvRequest["type"] | "watch"): Loss | undefined {
    const found = this.#waiting.find((one) => one.kind === undefined || one.kind === kind);
    if (found === undefined) return undefined;
    found.left--;
    if (found.left <= 0) this.#waiting = this.#waiting.filter((one) => one !== found);
    return found.fate;
  }
}
