/**
 * Parts of a page that follow the cursor. After a jump all are drawn at once. While it is dragged or plays nobody must wait for
 * them: with each move one is drawn, the one that has waited longest, so that none falls behind for long. What is out of sight waits
 * until it is seen, or the cursor rests.
 */
import { AfterRest } from "./after-rest.ts";

/** `soon`: the cursor moves on by itself or with the pointer. */
export type Pace = "now" | "soon";

export interface Follower {
  readonly draw: () => void;
  /** Where it is drawn; absent: where it is always seen. */
  readonly place?: Element;
}

/** What is about to be scrolled into view is drawn already. */
const NEAR = "120px";

export class Followers {
  readonly #parts: readonly Follower[];
  readonly #waiting = new Set<Follower>();
  readonly #unseen = new Set<Element>();
  readonly #sight = new IntersectionObserver(
    (places) => {
      for (const { isIntersecting, target } of places)
        if (isIntersecting) this.#unseen.delete(target);
        else this.#unseen.add(target);
    },
    { rootMargin: NEAR },
  );
  readonly #rest = new AfterRest(() => this.#drawAll(this.#waiting));

  constructor(parts: readonly Follower[]) {
    this.#parts = parts;
    for (const { place } of parts) if (place !== undefined) this.#sight.observe(place);
  }

  /** Called at most once a frame. */
  follow(pace: Pace): void {
    if (pace === "now") return this.#drawAll(this.#parts);
    // One that waits already keeps its place.
    for (const part of this.#parts) this.#waiting.add(part);
    this.#rest.note();
    for (const part of this.#waiting) {
      if (part.place !== undefined && this.#unseen.has(part.place)) continue;
      this.#waiting.delete(part);
      return part.draw();
    }
  }

  /** What waits is not drawn any more. */
  forget(): void {
    this.#sight.disconnect();
    this.#rest.forget();
    this.#waiting.clear();
  }

  #drawAll(parts: Iterable<Follower>): void {
    const all = [...parts];
    this.#rest.forget();
    this.#waiting.clear();
    for (const { draw } of all) draw();
  }
}
