/** Two projects: examples that pin behaviour (`test`) and promises under every schedule (`properties`). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./test/helpers/closing-line-reporter.ts"],
    passWithNoTests: false,
    coverage: { provider: "v8", include: ["models/**/*.ts", "src/**/*.ts", "properties/**/*.ts"] },
    projects: [
      {
        test: {
          name: "test",
          include: ["test/**/*.test.ts"],
          environment: "node",
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "properties",
          include: ["properties/**/*.test.ts"],
          environment: "node",
          testTimeout: 120_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
