/** The flags of `leasehold init`, as the parser hands them over. */

/** What runs the test. */
export const RUNNERS = ["vitest", "node"] as const;
export type Runner = (typeof RUNNERS)[number];

/** As Commander hands them over: what was not given is absent. */
export interface InitFlags {
  readonly runner?: Runner;
}
