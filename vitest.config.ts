/**
 * How the tests run, by what they need. `npm run test:core` is the inner loop; the seed of what is generated is in
 * `test/helpers/seed.ts`. Limits are there for what hangs, not for what is slow: no test fails because a machine is busy.
 */
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Test files share the modules that they import: they keep no state there, and most of the time went into importing. */
const SHARED = { isolate: false };

/** The protocol and its world, on examples: no processes, no files, nothing generated at length. */
const CORE = [
  "test/{models,election,simulation,time}/**/*.test.ts",
  "test/properties/examples.test.ts",
  "test/architecture.test.ts",
];

/** Tests that run thousands of generated schedules, or walk whole spaces. */
const GENERATED = [
  "test/models/reference.test.ts",
  "test/properties/{generator,mutants,witnesses,known-bugs,reruns,reach,shrink,struck-states}.test.ts",
  "test/contracts/differential.test.ts",
  "test/reading/{derived,messages}.test.ts",
  "test/export/variants.test.ts",
  "test/fidelity/comparison.test.ts",
  "test/search/**/*.test.ts",
  "test/mutations/*.test.ts",
];

/** Tests that start other processes: the command, a browser, a terminal. */
const OUTSIDE = ["test/{web,deploy}/**/*.test.ts", "test/export/html.test.ts", "test/stepper/pty.test.ts"];

/** Tests on a real etcd: mostly they wait for its leases to run out. */
const REAL_TIME = [
  "test/{production,kv}/**/*.test.ts",
  "test/fidelity/real.test.ts",
  "test/contracts/real.test.ts",
  "test/real-etcd-smoke.test.ts",
];

/** What starts the built command must not find yesterday's. */
const BUILT = "./test/helpers/fresh-build.ts";

/** Each core tests, or as many as vitest's own VITEST_MAX_WORKERS says; what starts other processes, and mostly waits for them, has its turn when the others are done. */
const CORES = Number(process.env["VITEST_MAX_WORKERS"] ?? availableParallelism());
const BESIDE_OTHERS = { maxWorkers: CORES, sequence: { groupOrder: 0 } };
const WITH_PROCESSES = { maxWorkers: CORES, sequence: { groupOrder: 1 } };
/** Two that wait for real time take no more of a core than one that works. */
const IN_REAL_TIME = { maxWorkers: 2 * CORES, sequence: { groupOrder: 2 } };

const common = {
  environment: "node" as const,
  setupFiles: ["./test/helpers/seed.ts"],
  expect: { poll: { timeout: 10_000 } },
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** On a busy machine another process may be late; the report says which test needed its second try. */
const outside = { ...common, globalSetup: BUILT, testTimeout: 120_000, retry: 1 };

export default defineConfig({
  test: {
    reporters: ["default", "./test/helpers/closing-line-reporter.ts"],
    passWithNoTests: false,
    coverage: { provider: "v8", include: ["models/**/*.ts", "src/**/*.ts", "properties/**/*.ts"] },
    projects: [
      { test: { ...common, ...BESIDE_OTHERS, name: "core", include: CORE, exclude: GENERATED } },
      {
        test: {
          ...common,
          ...SHARED,
          ...BESIDE_OTHERS,
          name: "rest",
          globalSetup: BUILT,
          include: ["test/**/*.test.ts"],
          exclude: [...CORE, ...GENERATED, ...OUTSIDE, ...REAL_TIME],
        },
      },
      {
        test: {
          ...common,
          ...SHARED,
          ...BESIDE_OTHERS,
          name: "generated",
          include: GENERATED,
          testTimeout: 300_000,
        },
      },
      { test: { ...outside, ...WITH_PROCESSES, name: "outside", include: OUTSIDE } },
      { test: { ...outside, ...IN_REAL_TIME, name: "real-time", include: REAL_TIME } },
    ],
  },
});
