/** The service in docs/using-it.md, run as it stands there: two processes, one killed, no ticket given twice. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { readProjectFile, ROOT } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { until } from "./coordinator.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

describeWith("etcd", "the service in docs/using-it.md", (executable) => {
  let etcd: RealEtcd;
  const running: ChildProcess[] = [];
  // Inside the project, so that its import of "leasehold" finds the package as users have it.
  const file = join(ROOT, ".leasehold", `using-it-${process.pid}.mjs`);
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    const text = /```js\n(.*?)```/su.exec(readProjectFile("docs/using-it.md"))?.[1] ?? "";
    mkdirSync(join(ROOT, ".leasehold"), { recursive: true });
    writeFileSync(file, text);
  }, 60_000);
  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(file, { force: true });
    await etcd.stop();
  });

  async function start() {
    const port = await freePort();
    const env = { PATH: process.env["PATH"] ?? "", PORT: String(port), ETCD: etcd.endpoint, TTL: "2" };
    const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
    running.push(child);
    const ticket = async (): Promise<string> => {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) });
        return await response.text();
      } catch {
        return "no answer";
      }
    };
    return { child, ticket };
  }

  it("gives out each ticket once, also when the active process is killed or stopped", async () => {
    const one = await start();
    expect(await until(one.ticket, (text) => text.startsWith("ticket"), "the first does not serve")).toBe(
      "ticket 1\n",
    );
    const two = await start();
    await until(
      two.ticket,
      (text) => text.includes('"ServerName":"ticket-office"'),
      "the second does not stand by",
    );
    const several = await Promise.all([one.ticket(), one.ticket(), one.ticket()]);
    expect(several.sort()).toEqual(["ticket 2\n", "ticket 3\n", "ticket 4\n"]);

    one.child.kill("SIGKILL");
    expect(
      await until(two.ticket, (text) => text.startsWith("ticket"), "the second does not take over"),
    ).toBe("ticket 5\n");

    const three = await start();
    await until(three.ticket, (text) => text.includes("ServerName"), "the third does not stand by");
    two.child.kill("SIGTERM");
    expect(await once(two.child, "exit")).toEqual([0, null]);
    expect(
      await until(three.ticket, (text) => text.startsWith("ticket"), "the third does not take over"),
    ).toBe("ticket 6\n");
  }, 60_000);
});
