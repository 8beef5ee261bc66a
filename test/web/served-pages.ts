/** The teaching pages, as they were built and served by the command, in a real browser; what the console or the network says is a fault. */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { processTerminal } from "../../src/cli/base/terminal.ts";
import { teachInBrowser } from "../../src/cli/teach/web.ts";
import { readProjectFile } from "../helpers/repository.ts";

export interface ServedPages {
  readonly browser: () => Browser;
  /** The page's text. */
  readonly bundle: () => string;
  /** Its address, without a hash. */
  readonly base: () => string;
  readonly opened: (hash?: string, options?: Parameters<Browser["newPage"]>[0]) => Promise<Page>;
  /** From now on, whatever this page says on the console or asks of a network fails the test. */
  readonly watch: (page: Page) => void;
}

/** Begins and ends with the tests of the file that calls it. */
export function servePages(executablePath: string): ServedPages {
  let browser: Browser;
  let bundle: string;
  let base = "";
  let stop: () => void = () => undefined;
  let ended: Promise<unknown>;
  let troubles: string[] = [];

  beforeAll(async () => {
    // As it was built: these tests build anew what is older than its sources.
    bundle = readProjectFile("dist/web/index.html");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    base = await new Promise<string>((resolve) => {
      const out = (text: string): void => {
        const found = /http:\S+/u.exec(text)?.[0];
        if (found !== undefined) resolve(found);
      };
      const interrupted = (): Promise<void> =>
        new Promise((done) => {
          stop = done;
        });
      const terminal = { ...processTerminal(false), out };
      ended = teachInBrowser(undefined, { port: 0 }, terminal, { page: () => bundle, interrupted });
    });
  });

  afterAll(async () => {
    await browser.close();
    stop();
    if ((await ended) !== 0) throw new Error("the server did not end as it should");
  });

  afterEach(() => {
    const found = troubles;
    troubles = [];
    if (found.length > 0) throw new Error(found.join("\n"));
  });

  const watch = (page: Page): void => {
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(base) && !/^(?:data|file|blob):/u.test(url)) troubles.push(`a request to ${url}`);
    });
  };

  return {
    browser: () => browser,
    bundle: () => bundle,
    base: () => base,
    watch,
    opened: async (hash = "", options = {}) => {
      const page = await browser.newPage(options);
      watch(page);
      await page.goto(`${base}${hash}`);
      return page;
    },
  };
}
