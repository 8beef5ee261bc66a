/**
 * What a learner has done, kept by the browser and shared by all its tabs: what is noted here is added to what another tab noted
 * meanwhile. Where the browser keeps nothing, the visit itself is all there is.
 */
import { joined, readProgress, writeProgress, type LearnerProgress } from "../../teach/progress.ts";

const KEY = "leasehold-teach";

export class ProgressStore {
  #progress: LearnerProgress = load() ?? new Map();

  /** `changed`: another tab noted something, or forgot everything. */
  constructor(changed: () => void) {
    addEventListener("storage", ({ key }) => {
      if (key !== KEY && key !== null) return;
      this.#progress = load() ?? new Map();
      changed();
    });
  }

  get progress(): LearnerProgress {
    return this.#progress;
  }

  /** `note`: what is done with all that is known by now. */
  note(note: (progress: LearnerProgress) => LearnerProgress): void {
    const kept = load();
    this.#keep(note(kept === undefined ? this.#progress : joined(kept, this.#progress)));
  }

  forget(): void {
    this.#keep(new Map());
  }

  #keep(progress: LearnerProgress): void {
    this.#progress = progress;
    try {
      localStorage.setItem(KEY, writeProgress(progress));
    } catch {
      // Forbidden or full: nothing that one could do about it here.
    }
  }
}

/** Undefined: nothing is kept, or it cannot be read. */
function load(): LearnerProgress | undefined {
  try {
    return readProgress(localStorage.getItem(KEY) ?? "");
  } catch {
    return undefined;
  }
}
