/**
 * A newcomer's ten minutes: the packed package in an empty folder, beside nothing but what it says that it depends on, and every
 * file and command of docs/ten-minutes.md in order. Installing is unpacking here, so that no registry is asked.
 */
import { Client, credentials } from "@grpc/grpc-js";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fencedBlocks } from "../helpers/console-blocks.ts";
import { readProjectFile, ROOT } from "../helpers/repository.ts";

const folder = mkdtempSync(join(tmpdir(), "leasehold-packed-"));
const modules = join(folder, "node_modules");

/** What `npm install` does with a package that lies there already. */
function link(name: string): void {
  const place = join(modules, name);
  mkdirSync(dirname(place), { recursive: true });
  if (!existsSync(place)) symlinkSync(join(ROOT, "node_modules", name), place, "dir");
}

beforeAll(() => {
  const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (packed.status !== 0) throw new Error(packed.stderr);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  mkdirSync(join(modules, "leasehold"), { recursive: true });
  const unpacked = spawnSync(
    "tar",
    ["-xzf", tarball, "-C", join(modules, "leasehold"), "--strip-components=1"],
    { cwd: folder },
  );
  if (unpacked.status !== 0) throw new Error(`${tarball} cannot be unpacked`);
  const { bin, dependencies } = JSON.parse(readFileSync(join(modules, "leasehold/package.json"), "utf8")) as {
    bin: Record<string, string>;
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), "vitest"]) link(name);
  mkdirSync(join(modules, ".bin"));
  const run = (file: string) => `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`;
  const commands = {
    leasehold: join(modules, "leasehold", bin["leasehold"] ?? ""),
    vitest: join(modules, "vitest/vitest.mjs"),
  };
  for (const [name, file] of Object.entries(commands))
    writeFileSync(join(modules, ".bin", name), run(file), { mode: 0o755 });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("serves as deploy/Dockerfile.serve says, where it is installed", { timeout: 60_000 }, async () => {
  const text = readProjectFile("deploy/Dockerfile.serve");
  expect(text).toMatch(/^RUN npm install --global(?: --[a-z-]+)* leasehold$/mu);
  const [command = "", ...said] = JSON.parse(/^ENTRYPOINT (.*)$/mu.exec(text)?.[1] ?? "[]") as string[];
  // No test listens to others than this machine.
  const args = [...said.map((one) => (one === "0.0.0.0" ? "127.0.0.1" : one)), "--port", "0"];
  const child = spawn(
    join(modules, ".bin", command),
    [...args, "--control-port", "0", "--exit-on-stdin-close"],
    { cwd: folder },
  );
  const [first] = (await once(child.stdout, "data")) as [Buffer];
  const client = new Client(String(first).trim(), credentials.createInsecure());
  await new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 10_000, (error) => (error === undefined ? resolve() : reject(error))),
  );
  client.close();
  child.stdin.end();
  expect(await once(child, "close")).toEqual([0, null]);
});

it("goes as docs/ten-minutes.md says", { timeout: 300_000 }, () => {
  const said: string[] = [];
  for (const { language, lines } of fencedBlocks(readProjectFile("docs/ten-minutes.md"))) {
    if (language === "ts") {
      const [first = "", ...rest] = lines;
      writeFileSync(join(folder, first.replace("// ", "")), `${rest.join("\n")}\n`);
    }
    if (language !== "sh") continue;
    for (const line of lines) {
      if (line.startsWith("npm install")) continue;
      const [command = "", exit = "0"] = line.split(" # exit ");
      const done = spawnSync("sh", ["-c", command.replace("npx ", "")], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: `${join(modules, ".bin")}:${process.env["PATH"] ?? ""}`, NO_COLOR: "1", CI: "1" },
      });
      const all = `${command}\n${done.stdout}${done.stderr}`;
      expect(done.status, all).toBe(Number(exit));
      said.push(all);
    }
  }
  const [, found, again, page, held, mended, kept, last] = said;
  expect(found).toMatch(/each e-mail is sent once: broken at [\d.]+ s\n {2}e-mail \d+ is sent again/u);
  expect(found).toContain("stands still");
  expect(again).toContain(
    "REPRODUCED: each e-mail is sent once is violated again; every event, effect and state is identical.",
  );
  expect(page).toContain(".leasehold/each-e-mail-is-sent-once.html is written");
  expect(held).toMatch(/1 passed/u);
  expect(mended).toContain("each e-mail is sent once holds");
  expect(kept).toContain("kept.test.ts keeps the case");
  expect(last).toMatch(/2 passed/u);
});
