/** Starts the real command `leasehold run` as a process, and talks to it as clients and operators do. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "../helpers/repository.ts";

export const COMMAND = join(ROOT, "dist/src/cli/main.js");

const LIMIT_MS = 30_000;

export interface Answer {
  readonly code: number;
  readonly body: Record<string, unknown>;
}

export interface CoordinatorProcess {
  readonly name: string;
  readonly process: ChildProcess;
  /** Everything it logged so far. */
  log(): string;
  /** Resolves with the first log line that holds `text`, said after this call or, if `ever`, before it. */
  says(text: string, ever?: boolean): Promise<string>;
  /** Where its HTTP API is, once it listens. */
  url(): Promise<string>;
  /** Where its probes are, if they are apart. */
  admin(): Promise<string>;
  /** Undefined: no answer. */
  ask(path: string, method?: string, body?: unknown): Promise<Answer | undefined>;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Ends it by force if it is still there, asleep or not. */
  end(): Promise<unknown>;
}

/** Whoever starts one ends it. */
export function startCoordinator(
  name: string,
  flags: readonly string[],
  env: Record<string, string> = {},
): CoordinatorProcess {
  const child = spawn(process.execPath, [COMMAND, "run", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  const lines: string[] = [];
  let rest = "";
  const waiting: ((line: string) => void)[] = [];
  const hear = (text: string): void => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      lines.push(line);
      for (const one of waiting) one(line);
    }
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  const log = () => lines.join("\n");
  const says = (text: string, ever = true): Promise<string> => {
    const known = ever ? lines.find((line) => line.includes(text)) : undefined;
    if (known !== undefined) return Promise.resolve(known);
    return within(
      Promise.race([
        new Promise<string>((resolve) => {
          waiting.push((line) => {
            if (line.includes(text)) resolve(line);
          });
        }),
        ended.then((how) => {
          const last = lines.find((line) => line.includes(text));
          if (ever && last !== undefined) return last;
          throw new Error(`${name} ended with ${how} before it said "${text}":\n${log()}`);
        }),
      ]),
      () => `${name} did not say "${text}":\n${log()}`,
    );
  };
  const place = async (which: "http" | "admin"): Promise<string> => {
    const line = await says("HTTP API is listening");
    // An address in brackets stands in quotes.
    return new RegExp(`\\[${which}="?(http:.+?)"?\\](?: |$)`, "u").exec(line)?.[1] ?? "";
  };
  const url = () => place("http");
  return {
    name,
    process: child,
    log,
    says,
    url,
    admin: () => place("admin"),
    async ask(path, method = "GET", body) {
      try {
        const response = await fetch((await url()) + path, {
          method,
          signal: AbortSignal.timeout(2000),
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        });
        return { code: response.status, body: (await response.json()) as Record<string, unknown> };
      } catch {
        return undefined;
      }
    },
    signal: (signal) => void child.kill(signal),
    ended,
    end() {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
      return ended;
    },
  };
}

/** Fails with `why` if the promise takes too long. */
export async function within<Value>(
  promise: Promise<Value>,
  why: () => string,
  limitMs = LIMIT_MS,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again until the answer will do. */
export async function until<Value>(
  ask: () => Promise<Value>,
  enough: (value: Value) => boolean,
  why: string,
  limitMs = LIMIT_MS,
): Promise<Value> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await ask();
    if (enough(value)) return value;
    if (performance.now() > end) throw new Error(`${why}; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
