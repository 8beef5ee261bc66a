/** `leasehold serve --web`: what clients do is shown while they do it, in a real browser. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { describeWith } from "../helpers/require.ts";
import { COMMAND } from "../production/coordinator.ts";

const LIMIT_MS = 60_000;

describeWith("chromium", "the live page", (executablePath) => {
  let browser: Browser;
  let child: ChildProcess;
  let url: string;
  let client: EtcdClient;
  let page: Page;
  let troubles: string[];
  /** Where it keeps what nobody asked to keep. */
  let folder: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  }, LIMIT_MS);
  afterAll(() => browser.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-live-"));
    const flags = ["--web", "--port", "0", "--control-port", "0", "--exit-on-stdin-close"];
    child = spawn(process.execPath, [COMMAND, "serve", ...flags], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: folder },
    });
    const endpoint = await said(child, "stdout", /\S+/u);
    url = await said(child, "stderr", /(?<=what clients do: )\S+/u);
    client = new EtcdClient({ endpoints: [endpoint] });
    troubles = [];
    page = await browser.newPage();
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("console", (message) => troubles.push(message.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("data:")) troubles.push(request.url());
    });
  }, LIMIT_MS);
  afterEach(async () => {
    client.close();
    await page.close();
    if (child.exitCode === null) {
      child.stdin?.end();
      await once(child, "exit");
    }
    const left = [...troubles, ...readdirSync(folder)];
    rmSync(folder, { recursive: true });
    if (left.length > 0) throw new Error(left.join("\n"));
  });

  const put = (value: string) => client.submit({ type: "put", key: "k", value }, 5000);
  const standing = () => page.textContent("#live");
  const clock = () => page.textContent(".clock");

  it(
    "goes on with the run, leaves in peace who looks back, and says when it is over",
    async () => {
      await put("first");
      await page.goto(url);
      await expect.poll(standing).toBe("● live");
      await expect.poll(() => page.textContent(".store")).toContain("first");
      await put("second");
      await expect.poll(() => page.textContent(".store")).toContain("second");
      expect(await clock()).toMatch(/event (\d+) of \1$/u);

      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      await expect.poll(standing).toBe("to the end ▸");
      const there = await clock();
      await put("third");
      await expect.poll(standing).toBe("3 more events ▸");
      expect(await clock()).toBe(there);
      await page.click("#live");
      await expect.poll(() => page.textContent(".store")).toContain("third");
      await expect.poll(standing).toBe("● live");

      child.stdin?.end();
      await expect.poll(standing).toBe("ended");
      // The browser asks again, in vain, and says so.
      troubles = troubles.filter((one) => !one.includes("ERR_CONNECTION_REFUSED"));
    },
    LIMIT_MS,
  );

  it(
    "is led on again by whoever goes to the end",
    async () => {
      await put("first");
      await page.goto(url);
      await expect.poll(standing).toBe("● live");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      await put("second");
      await expect.poll(standing).toBe("3 more events ▸");
      await page.keyboard.press("End");
      await expect.poll(standing).toBe("● live");
      await expect.poll(() => page.textContent(".store")).toContain("second");
    },
    LIMIT_MS,
  );

  it(
    "is for this machine's own browser: another name for it is refused",
    async () => {
      const [response] = (await once(get(url, { headers: { host: "elsewhere.example" } }), "response")) as [
        { statusCode: number; resume(): void },
      ];
      response.resume();
      expect(response.statusCode).toBe(403);
    },
    LIMIT_MS,
  );
});

/** The first that it says that is like this. */
async function said(child: ChildProcess, where: "stdout" | "stderr", like: RegExp): Promise<string> {
  let text = "";
  const stream = child[where];
  if (stream === null) throw new Error(`no ${where}`);
  for await (const part of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    text += String(part);
    const found = like.exec(text)?.[0];
    if (found !== undefined && text.endsWith("\n")) return found;
  }
  throw new Error(`it ended, and had said: ${text}`);
}
