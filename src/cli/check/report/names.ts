/** The forms in which a check tells its result: for people, for programs, and for three kinds of test runners. */
export const REPORTERS = ["text", "json", "junit", "github", "tap"] as const;
export type Reporter = (typeof REPORTERS)[number];
