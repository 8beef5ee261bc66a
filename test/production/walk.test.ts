/** The walk of docs/production.md, as it is typed there; only the ports and the etcd are this test's own. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePorts, startEtcd } from "../helpers/real-etcd.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { COMMAND } from "./coordinator.ts";

/** Ways to start the command: what a global installation does, and `npx` with a local one. */
const WAYS = [
  ["leasehold", "itself"],
  ["npx leasehold", "as a child of npx"],
] as const;

describeWith("etcd", "the walk in docs/production.md", (executable) => {
  it.each(WAYS)(
    "goes as it is written, where %s is %s",
    async (command) => {
      const etcd = await startEtcd(executable);
      const folder = mkdtempSync(join(tmpdir(), "leasehold-walk-"));
      try {
        const [one = 0, two = 0] = await freePorts(2);
        const walk = /```sh\n(.*?)```/su.exec(readProjectFile("docs/production.md"))?.[1] ?? "";
        const text = walk
          .replaceAll("53100", String(one))
          .replaceAll("53101", String(two))
          .replaceAll(/^leasehold/gmu, command);
        const bin = join(folder, "node_modules", ".bin");
        mkdirSync(bin, { recursive: true });
        writeFileSync(join(bin, "leasehold"), `#!/usr/bin/env node\nimport(${JSON.stringify(COMMAND)});\n`, {
          mode: 0o755,
        });
        writeFileSync(join(folder, "package.json"), "{}");
        writeFileSync(join(folder, "walk.sh"), text);
        const env = {
          PATH: `${bin}:${process.env["PATH"] ?? ""}`,
          HOME: folder,
          ETCD_ENDPOINTS: etcd.endpoint,
          ROOT_COORD_PORT: String(one),
        };
        const { stdout } = await promisify(execFile)("bash", ["-e", "walk.sh"], {
          cwd: folder,
          env,
          timeout: 50_000,
        });
        expect(stdout).toMatch(/"name":"films".*"revision":\d+/u);
        expect(stdout).toContain(`"active":{"serverId":1,"address":"127.0.0.1:${one}"}`);
        const shown = stdout.match(/leasehold run rootcoord --active-standby/gu) ?? [];
        if (command === "leasehold") expect(shown).toHaveLength(2);
        else expect(shown.length).toBeGreaterThan(2);
        expect(stdout).toContain('{"collections":["films"],');
        expect(stdout).toContain('["quit STANDBY mode, this node will become ACTIVE"]');
        expect(stdout).toMatch(/left with 0\n$/u);
      } finally {
        rmSync(folder, { recursive: true, force: true });
        await etcd.stop();
      }
    },
    60_000,
  );
});
