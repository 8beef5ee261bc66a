/** What helps to begin: a starting test, shells that complete, a check that runs again when something changes. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, symlinkSync, mkdirSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "../helpers/repository.ts";
import { EXAMPLES, Folder, MAIN } from "./command.ts";

const folder = new Folder();
afterAll(() => folder.remove());

describe("leasehold init", () => {
  it("writes a test that holds, and is found broken where it says", () => {
    mkdirSync(join(folder.path, "node_modules"), { recursive: true });
    symlinkSync(ROOT, join(folder.path, "node_modules/leasehold"), "dir");
    const { code, out } = folder.run("init --runner node");
    expect({ code, out }).toEqual({
      code: 0,
      out: "lease.test.mjs is written: a lock, and what it promises. Run it with node --test lease.test.mjs\n",
    });
    const run = (file: string) =>
      spawnSync(process.execPath, ["--test", file], { cwd: folder.path, encoding: "utf8", env: {} });
    const text = readFileSync(join(folder.path, "lease.test.mjs"), "utf8");
    // Fewer runs: what it is about here is that it runs.
    folder.write("short.test.mjs", text.replace("runs: 200", "runs: 20, seed: 1"));
    expect(run("short.test.mjs").status).toBe(0);
    folder.write("broken.test.mjs", text.replaceAll(/claim\("lock", \{.*?\}\);/gu, 'claim("lock");'));
    const broken = run("broken.test.mjs");
    expect(broken.status).toBe(1);
    expect(broken.stdout).toMatch(
      /never two claim lock: broken at [^]*worker-\d claims "lock" while worker-\d still does/u,
    );
  });

  it("never writes over a file, and only what its runner finds", () => {
    folder.write("there.test.ts", "mine");
    expect(folder.run("init there.test.ts").err).toContain("there.test.ts: it is there already");
    expect(readFileSync(join(folder.path, "there.test.ts"), "utf8")).toBe("mine");
    expect(folder.run("init lease.ts")).toMatchObject({ code: 2, out: "" });
    expect(folder.run("init --runner node lease.test.ts").err).toContain("its tests are *.test.mjs");
    expect(folder.run("init --runner mocha").err).toContain("Allowed choices are vitest, node.");
  });

  it("goes by package.json", () => {
    const other = new Folder();
    other.write("package.json", '{ "scripts": { "test": "node --test" } }');
    expect(other.run("init").out).toContain("lease.test.mjs is written");
    other.write("package.json", '{ "devDependencies": { "vitest": "*" } }');
    expect(other.run("init").out).toContain("Run it with npx vitest run lease.test.ts");
    expect(existsSync(join(other.path, "lease.test.ts"))).toBe(true);
    other.remove();
  });
});

describe("leasehold completion", () => {
  const complete = (...words: readonly string[]) => {
    folder.write("leasehold.bash", folder.run("completion bash").out);
    const script = `source ./leasehold.bash; COMP_WORDS=(leasehold ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _leasehold; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stderr, stdout } = spawnSync("bash", ["-c", script], { cwd: folder.path, encoding: "utf8" });
    expect(stderr).toBe("");
    return stdout.trim().split("\n");
  };

  it("knows in bash commands, flags, names and files", () => {
    expect(complete("si")).toEqual(["simulate"]);
    expect(complete("check", "--faul")).toEqual(["--faults", "--fault"]);
    expect(complete("check", "--variant", "no-fe")).toEqual(["no-fencing"]);
    expect(complete("check", "--reporter", "j")).toEqual(["json", "junit"]);
    expect(complete("check", "single")).toEqual(["single-active"]);
    expect(complete("replay", "leasehold.b")).toEqual(["leasehold.bash"]);
  });

  it("names every command and flag of --help in each shell", () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const script = folder.run(`completion ${shell}`).out;
      for (const word of ["check", "init", "completion", "no-fault", "etcd-version", "reporter", "kill-at"])
        expect(script).toContain(word);
    }
    expect(folder.run("completion tcsh").err).toContain("Allowed choices are bash, zsh, fish.");
  });
});

describe("check --watch", () => {
  it("checks again when the module changes, and ends when it is asked to", async () => {
    mkdirSync(join(folder.path, "watched"));
    copyFileSync(join(EXAMPLES, "trusting.ts"), join(folder.path, "watched/mine.ts"));
    const args = "check unique-ids --variant watched/mine.ts --watch --runs 100 --jobs 1 --seed 1 --no-out";
    const child = spawn(process.execPath, [MAIN, ...args.split(" ")], {
      cwd: folder.path,
      env: { PATH: process.env["PATH"], NO_COLOR: "1" },
    });
    let seen = "";
    const until = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (seen.includes(text)) resolve();
        };
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (more: Buffer) => {
            seen += more.toString();
            look();
          });
      });
    await until("waiting for a change");
    expect(seen).toContain("Checking unique-ids of trusting");
    seen = "";
    const again = until("waiting for a change");
    const text = readFileSync(join(EXAMPLES, "trusting.ts"), "utf8");
    folder.write("watched/mine.ts", text.replace('"trusting"', '"changed"'));
    await again;
    expect(seen).toContain("mine.ts has changed: again");
    expect(seen).toContain("Checking unique-ids of changed");
    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(130);
  });

  it("wants something that can change", () => {
    expect(folder.run("check --watch").err).toContain(
      "--watch: no module and no scenario is named, so nothing would change",
    );
  });
});
