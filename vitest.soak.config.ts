/** `npm run soak`: apart from the tests, since it goes on for as long as it is told to. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/soak/soak.ts"],
    globalSetup: "./test/helpers/fresh-build.ts",
    reporters: ["default"],
    disableConsoleIntercept: true,
  },
});
