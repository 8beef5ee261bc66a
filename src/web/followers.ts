/**
 * Parts of a page that follow the cursor. After a jump all are drawn at once. While it is dragged the pointer must not wait
 * for them: each frame draws one, the one that has waited longest, so that none falls behind for long.
 */

/** `soon`: the cursor moves on by itself or with the pointer. */
export type Pace = "now" | "soon";

export class Followers {
  readonly #parts: readonly (() => void)[];
  readonly #waiting = new Set<() => void>();
  #turning = false;

  constructor(parts: readonly (() => void)[]) {
    this.#parts = parts;
  }

  follow(pace: Pace): void {
    if (pace === "now") {
      this.#waiting.clear();
      for (const draw of this.#parts) draw();
      return;
    }
    // One that waits already keeps its place.
    for (const part of this.#parts) this.#waiting.add(part);
    if (!this.#turning) this.#turn();
  }

  /** What waits is not drawn any more. */
  forget(): void {
    this.#waiting.clear();
  }

  #turn(): void {
    this.#turning = true;
    requestAnimationFrame(() => {
      const [draw] = this.#waiting;
      if (draw !== undefined) {
        this.#waiting.delete(draw);
        draw();
      }
      if (this.#waiting.size > 0) this.#turn();
      else this.#turning = false;
    });
  }
}
