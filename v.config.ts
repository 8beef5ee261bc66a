import { defineConfig } from "vitest/config";
export default defineConfig({ test: { include: ["test/evidence/damage.test.ts"], testTimeout: 6000000, disableConsoleIntercept: true } });
