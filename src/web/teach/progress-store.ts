/** What a learner has done, kept by the browser; where it keeps nothing, the visit itself is all there is. */
import { readProgress, writeProgress, type LearnerProgress } from "../../teach/progress.ts";

const KEY = "leasehold-teach";

export class ProgressStore {
  #progress: LearnerProgress;

  constructor() {
    this.#progress = load();
  }

  get progress(): LearnerProgress {
    return this.#progress;
  }

  note(progress: LearnerProgress): void {
    this.#progress = progress;
    try {
      localStorage.setItem(KEY, writeProgress(progress));
    } catch {
      // Forbidden or full: nothing that one could do about it here.
    }
  }

  forget(): void {
    this.note(new Map());
  }
}

function load(): LearnerProgress {
  try {
    return readProgress(localStorage.getItem(KEY) ?? "") ?? new Map();
  } catch {
    return new Map();
  }
}
