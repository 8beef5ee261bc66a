import { expect, test } from "vitest";
import { VERSION } from "../src/version.ts";
import { readProjectFile } from "./helpers/repository.ts";

test("the version that the command prints and traces carry is the package's", () => {
  expect(JSON.parse(readProjectFile("package.json"))).toMatchObject({ version: VERSION });
});
