/** How the tests run; the seed of what they generate is in `test/helpers/seed.ts`. */
import { defineConfig } from "vitest/config";

/** Tests that wait for other processes: a browser, a real etcd, a terminal. */
const OUTSIDE = [
  "test/{production,kv,web,fidelity}/**/*.test.ts",
  "test/contracts/{real,differential}.test.ts",
  "test/export/html.test.ts",
  "test/stepper/pty.test.ts",
];

const common = {
  environment: "node" as const,
  setupFiles: ["./test/helpers/seed.ts"],
  testTimeout: 20_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/helpers/closing-line-reporter.ts"],
    passWithNoTests: false,
    coverage: { provider: "v8", include: ["models/**/*.ts", "src/**/*.ts", "properties/**/*.ts"] },
    projects: [
      { test: { ...common, name: "test", include: ["test/**/*.test.ts"], exclude: OUTSIDE } },
      // On a busy machine another process may be late; the report says which test needed its second try.
      { test: { ...common, name: "outside", include: OUTSIDE, retry: 1 } },
    ],
  },
});
