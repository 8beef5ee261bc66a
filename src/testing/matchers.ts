/** What `expect` of vitest and Jest learns about the result of a check: `expect.extend(matchers)`. */
import { quote } from "../words/shown.ts";
import { BrokenPromiseError, UntestedPromiseError, type AdversityResult } from "./check.ts";

/** What a matcher gives to the runner. */
interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers as the runner's types have them, to be declared: docs/testing.md shows how. `R`: what they return there. */
export interface CheckMatchers<R = void> {
  /** Every promise was put to the test, and kept in every run. Otherwise the message is the story. */
  toHold(): R;
  /** A promise was broken; `promise`: the one of that name. For a test that shows that a promise can say no. */
  toBreak(promise?: string): R;
}

/** For `expect.extend`. Each takes what `check` resolves with. */
export const matchers = {
  toHold(received: unknown): Matched {
    const { failure, ...result } = resultOf(received, "toHold");
    if (failure !== undefined) return { pass: false, message: () => new BrokenPromiseError(failure).message };
    if (result.untested.length > 0)
      return { pass: false, message: () => new UntestedPromiseError(result).message };
    return {
      pass: true,
      message: () => `no promise is broken in ${result.runs} runs from seed ${result.seed}`,
    };
  },

  toBreak(received: unknown, promise?: string): Matched {
    const { failure, runs, seed } = resultOf(received, "toBreak");
    const wanted = promise ?? "a promise";
    if (failure === undefined)
      return { pass: false, message: () => `${wanted} is not broken in ${runs} runs from seed ${seed}` };
    const pass = promise === undefined || failure.property === promise;
    const other = pass ? "" : `${wanted} is not what breaks first:\n`;
    return { pass, message: () => `${other}${new BrokenPromiseError(failure).message}` };
  },
};

function resultOf(received: unknown, matcher: string): AdversityResult {
  if (received instanceof Promise)
    throw new TypeError(`${matcher}: it was given a promise: write expect(await check(...)).${matcher}()`);
  if (typeof received === "object" && received !== null && "failure" in received && "untested" in received)
    return received as AdversityResult;
  throw new TypeError(`${matcher}: ${quote(received)} is no result of check(...)`);
}
