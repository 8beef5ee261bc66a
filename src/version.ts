/** The package's version, as package.json has it: the engine reads no files. `test/version.test.ts` compares the two. */
export const VERSION = "0.1.0";
