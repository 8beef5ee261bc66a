/** The walk of docs/production.md, as it is typed there; only the ports and the etcd are this test's own. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startEtcd } from "../helpers/real-etcd.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { COMMAND } from "./coordinator.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

describeWith("etcd", "the walk in docs/production.md", (executable) => {
  it("goes as it is written", async () => {
    const etcd = await startEtcd(executable);
    const folder = mkdtempSync(join(tmpdir(), "leasehold-walk-"));
    try {
      const [one, two] = [await freePort(), await freePort()];
      const walk = /```sh\n(.*?)```/su.exec(readProjectFile("docs/production.md"))?.[1] ?? "";
      const text = walk.replaceAll("53100", String(one)).replaceAll("53101", String(two));
      writeFileSync(join(folder, "leasehold"), `#!/usr/bin/env node\nimport(${JSON.stringify(COMMAND)});\n`, {
        mode: 0o755,
      });
      writeFileSync(join(folder, "walk.sh"), text);
      const env = {
        PATH: `${folder}:${process.env["PATH"] ?? ""}`,
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
      expect(stdout.match(/leasehold run rootcoord --active-standby/gu)).toHaveLength(2);
      expect(stdout).toContain('{"collections":["films"],');
      expect(stdout).toContain('["quit STANDBY mode, this node will become ACTIVE"]');
      expect(stdout).toMatch(/left with 0\n$/u);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await etcd.stop();
    }
  }, 60_000);
});
