/** How the tests run; the seed of what they generate is in `test/helpers/seed.ts`. */
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
          setupFiles: ["./test/helpers/seed.ts"],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
