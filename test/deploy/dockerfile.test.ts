/** The Dockerfile, by a linter, and against what it copies and runs. Building it takes Docker, which tests do not have. */
import { DockerfileParser } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { listFiles, readProjectFile } from "../helpers/repository.ts";

const TEXT = readProjectFile("deploy/Dockerfile");
const manifest = JSON.parse(readProjectFile("package.json")) as {
  bin: Record<string, string>;
  scripts: Record<string, string>;
};

/** Instructions by keyword, in order, with their arguments as written. */
const instructions = DockerfileParser.parse(TEXT)
  .getInstructions()
  .map((one) => ({ keyword: one.getKeyword(), text: one.getArgumentsContent() ?? "" }));
const of = (keyword: string) => instructions.filter((one) => one.keyword === keyword).map(({ text }) => text);

describe("the Dockerfile for an etcd to test clients on", () => {
  const SERVE = readProjectFile("deploy/Dockerfile.serve");

  it("has no fault that its linter knows, and is of the same Node and user", () => {
    expect(validate(SERVE).map(({ message }) => message)).toEqual([]);
    expect(/^FROM (\S+)$/mu.exec(SERVE)?.[1]).toBe(of("FROM").at(-1));
    expect(/^USER (\S+)$/mu.exec(SERVE)?.[1]).toBe(of("USER")[0]);
  });
});

describe("the Dockerfile", () => {
  it("has no fault that its linter knows", () => {
    expect(validate(TEXT).map(({ message }) => message)).toEqual([]);
    expect(validate(TEXT.replace("ENTRYPOINT", "ENTRYPOINTS"))).not.toEqual([]);
  });

  it("builds and runs on the Node that the project is for", () => {
    const major = readProjectFile(".nvmrc").trim();
    for (const from of of("FROM")) expect(from).toMatch(new RegExp(`^node:${major}-`, "u"));
  });

  it("runs the command that the package declares, as no root, and without a shell in between that would keep signals", () => {
    const path = of("ENTRYPOINT")[0] ?? "";
    expect(JSON.parse(path)).toEqual(["node", `/opt/leasehold/${manifest.bin["leasehold"]}`]);
    expect(of("WORKDIR").at(-1)).toBe("/opt/leasehold");
    expect(of("USER")).toEqual(["1000:1000"]);
  });

  it("hands to the build what its scripts read, and nothing that is not in the repository", () => {
    const allowed = [...readProjectFile("deploy/Dockerfile.dockerignore").matchAll(/^!(.+)$/gmu)].map(
      ([, name = ""]) => name,
    );
    const files = listFiles("");
    for (const name of allowed)
      expect(
        files.some((file) => file === name || file.startsWith(`${name}/`)),
        name,
      ).toBe(true);
    const include = JSON.parse(readProjectFile("tsconfig.build.json").replaceAll(/^\s*\/\/.*$/gmu, "")) as {
      include?: string[];
    };
    for (const folder of include.include ?? []) expect(allowed).toContain(folder);
    const copied = of("COPY")[0]?.split(" ").slice(0, -1) ?? [];
    expect(copied).toContain(".npmrc");
    for (const name of copied) expect(allowed).toContain(name);
    expect(manifest.scripts["build"]).toContain("tsconfig.build.json");
  });
});
