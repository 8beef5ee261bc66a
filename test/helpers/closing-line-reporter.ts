/**
 * The last line of a test run: `N passed, N failed, N skipped`.
 *
 * People and scripts read one line, so it must not flatter: a file that could not be loaded and an error
 * outside every test count as failures, although no test of that name failed.
 */
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** `3 passed, 0 failed, 1 skipped`: the one form in which counts are written. */
export function closingLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}

/** Counts tests, files that did not load and stray errors. A test that never ran is no success: it failed. */
export function tallyOf(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): Tally {
  const tally: Tally = { passed: 0, failed: strayErrors.length, skipped: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const state = test.result().state;
      if (state === "passed") tally.passed += 1;
      else if (state === "skipped") tally.skipped += 1;
      else failedHere += 1;
    }
    // A hook or an import that failed leaves no failed test behind.
    if (failedHere === 0 && module.state() === "failed") failedHere = 1;
    tally.failed += failedHere;
  }
  return tally;
}

/** Full names of the tests that passed only at a later try; vitest's own report passes over them. */
export function secondTries(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) =>
    [...module.children.allTests()]
      .filter((test) => test.diagnostic()?.flaky === true)
      .map(({ fullName }) => `${module.relativeModuleId} > ${fullName}`),
  );
}

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const late = secondTries(modules).map((name) => `needed a second try: ${name}\n`);
    const line = `${late.join("")}${closingLine(tallyOf(modules, strayErrors))}`;
    // The other reporters write during this same hook; at exit all of them have finished.
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}
