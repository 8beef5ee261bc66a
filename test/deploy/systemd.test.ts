/** The systemd units, by systemd's own checker where there is one, and against what the coordinator takes. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listFiles, readProjectFile } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { activationLimitSeconds, settingsOf, unused } from "./product.ts";

const FOLDER = "deploy/systemd";
const ROLE = "rootcoord";
const unit = (name: string): string => readProjectFile(`${FOLDER}/${name}`);
const settingIn = (text: string, name: string): string =>
  new RegExp(String.raw`^${name}=(.*)$`, "mu").exec(text)?.[1] ?? "";

const service = unit("leasehold@.service");
const alive = unit("leasehold-alive@.service");
const environment = Object.fromEntries(
  [...unit("rootcoord.env").matchAll(/^([A-Z_]+)=(.+)$/gmu)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]),
);

describe("the service", () => {
  const [command, ...args] = settingIn(service, "ExecStart").replaceAll("%i", ROLE).split(" ");

  it("gives the coordinator nothing that it does not take, by flags and by its environment", () => {
    expect(command).toMatch(/\/leasehold$/u);
    expect(unused(args, environment)).toEqual([]);
  });

  it("is restarted after a loss, and not for a setting that is wrong", () => {
    expect(settingIn(service, "Restart")).toBe("on-failure");
    expect(settingIn(service, "RestartPreventExitStatus").split(" ")).toEqual(["2"]);
  });

  it("is restarted when it hangs, but not while it activates", () => {
    const [, retries, delay] = /--retry (\d+) --retry-delay (\d+)/u.exec(alive) ?? [];
    expect(Number(retries) * Number(delay)).toBeGreaterThan(
      activationLimitSeconds(settingsOf(args, environment)),
    );
    expect(alive).toContain("/healthz");
    expect(environment["LEASEHOLD_ADMIN_ADDRESS"]).toMatch(/^127\.0\.0\.1:\d+$/u);
  });
});

describeWith("systemd-analyze", "the units", (executable) => {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-units-"));
  const analyze = (...given: string[]) =>
    spawnSync(executable, given, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, SYSTEMD_COLORS: "0" },
    });
  beforeAll(() => {
    // Programs that a test machine need not have.
    for (const file of listFiles(FOLDER, (path) => /\.(?:service|timer)$/u.test(path))) {
      const text = readProjectFile(file).replaceAll(/\/\S*\/(?:leasehold|systemctl)(?= )/gu, "/bin/true");
      writeFileSync(join(folder, file.slice(FOLDER.length + 1)), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([`leasehold@${ROLE}.service`, `leasehold-alive@${ROLE}.service`, `leasehold-alive@${ROLE}.timer`])(
    "%s has no fault that systemd sees",
    (name) => {
      const { status, stderr, stdout } = analyze("verify", `./${name}`);
      expect([status, stdout, stderr]).toEqual([0, "", ""]);
    },
  );

  it("would be seen to have one", () => {
    writeFileSync(join(folder, "wrong.service"), service.replace("RestartSec=2", "RestartSec=soon"));
    expect(analyze("verify", "./wrong.service").stderr).toContain("Failed to parse sec value");
  });

  it("leave the coordinator little that it could do to the machine", () => {
    writeFileSync(join(folder, "exposed.service"), service.replaceAll("%i", ROLE));
    const { status, stdout } = analyze("security", "--offline=yes", "--threshold=20", "./exposed.service");
    expect([status, stdout.split("\n").at(-2)]).toEqual([0, expect.stringContaining("OK")]);
  });
});

describeWith("curl", "the look at whether it is alive", () => {
  const script = /\/bin\/sh -c '(.*)'/u.exec(alive)?.[1]?.replaceAll("$$", "$").replaceAll("%i", ROLE) ?? "";
  const folder = mkdtempSync(join(tmpdir(), "leasehold-alive-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What systemctl was asked for, when /healthz answers with these codes one after another, the last one for ever. */
  async function restartsAfter(...codes: readonly number[]): Promise<string> {
    const left = [...codes];
    const server = createServer((request, response) => {
      const code = (left.length > 1 ? left.shift() : left[0]) ?? 200;
      response.writeHead(request.url === "/healthz" ? code : 404).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const log = join(folder, `${port}`);
    writeFileSync(join(folder, "systemctl"), `#!/bin/sh\necho "$@" > ${log}\n`, { mode: 0o755 });
    writeFileSync(log, "");
    // Once again, and at once: how long it is tried is told above.
    const short = script.replace(/--retry \d+ --retry-delay \d+/u, "--retry 1 --retry-delay 1");
    const child = spawn("/bin/sh", ["-c", short], {
      env: {
        PATH: `${folder}:${process.env["PATH"] ?? ""}`,
        LEASEHOLD_ADMIN_ADDRESS: `127.0.0.1:${port}`,
      },
    });
    await once(child, "exit");
    server.close();
    return readFileSync(log, "utf8").trim();
  }

  it("leaves alone who is, and who is again when asked once more", async () => {
    expect(await restartsAfter(200)).toBe("");
    expect(await restartsAfter(503, 200)).toBe("");
  });

  it("restarts who is not", async () => {
    expect(await restartsAfter(503)).toBe(`try-restart leasehold@${ROLE}.service`);
  });
});
