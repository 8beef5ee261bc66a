/** While programs run, what would make two runs differ is refused to them: real time, real chance, real timers, the world outside. */
import { createHook } from "node:async_hooks";
import { mainProcess } from "./main-realm.ts";
import { ProgramFault, processAtWork } from "./program-fault.ts";

interface Guarded {
  readonly of: object;
  readonly name: string;
  /** As people write the call. */
  readonly call: string;
  readonly instead: string;
}

const GUARDED: readonly Guarded[] = [
  { of: Math, name: "random", call: "Math.random()", instead: "ctx.random()" },
  { of: performance, name: "now", call: "performance.now()", instead: "ctx.now()" },
  { of: process.hrtime, name: "bigint", call: "process.hrtime.bigint()", instead: "ctx.now()" },
  { of: process, name: "hrtime", call: "process.hrtime()", instead: "ctx.now()" },
  { of: Date, name: "now", call: "Date.now()", instead: "ctx.now()" },
  { of: crypto, name: "randomUUID", call: "crypto.randomUUID()", instead: "ctx.random()" },
  { of: crypto, name: "getRandomValues", call: "crypto.getRandomValues()", instead: "ctx.random()" },
  { of: globalThis, name: "fetch", call: "fetch()", instead: "ctx.kv" },
  ...["setTimeout", "setInterval", "setImmediate"].map((name) => ({
    of: globalThis,
    name,
    call: `${name}()`,
    instead: "ctx.sleep(…)",
  })),
];

/** What Node makes for code that stays in virtual time. */
const VIRTUAL: ReadonlySet<string> = new Set(["PROMISE", "TickObject", "Microtask"]);

/**
 * Sees whatever waits for the world outside, by whichever door: files, sockets, timers, workers. It costs each promise something, so it
 * watches one run of two.
 */
const outside = createHook({
  init(_, type) {
    // A hook may not throw.
    if (processAtWork() !== undefined && !VIRTUAL.has(type))
      ProgramFault.notVirtual(`waits for the world outside (${type})`, "ctx.kv and ctx.sleep");
  },
});

/** Calls `run`, and sees what it waits for. */
export function watched<Result>(run: () => Result): Result {
  outside.enable();
  try {
    return run();
  } finally {
    outside.disable();
  }
}

/** Stand from their making until they are lifted. */
export class Guards {
  readonly #undo: (() => void)[] = [];
  readonly #listeners: NodeJS.UnhandledRejectionListener[];

  constructor() {
    for (const one of GUARDED) this.#guard(one);
    this.#guardDate();
    // Whoever else listens has nothing to do with what programs leave unheard.
    this.#listeners = mainProcess.listeners("unhandledRejection");
    mainProcess.removeAllListeners("unhandledRejection");
    mainProcess.on("unhandledRejection", (reason) => {
      if (!(reason instanceof ProgramFault)) ProgramFault.leaked(reason);
    });
  }

  lift(): void {
    for (const undo of this.#undo.splice(0)) undo();
    mainProcess.removeAllListeners("unhandledRejection");
    for (const listener of this.#listeners) mainProcess.on("unhandledRejection", listener);
  }

  #replace(of: object, name: string, by: (real: unknown) => unknown): void {
    const own = Object.getOwnPropertyDescriptor(of, name);
    const value = by(Reflect.get(of, name));
    Object.defineProperty(of, name, { configurable: true, writable: true, value });
    this.#undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(of, name);
      else Object.defineProperty(of, name, own);
    });
  }

  /** Code of ours, and of whoever tests, goes on as it does. */
  #guard({ call, instead, name, of }: Guarded): void {
    this.#replace(
      of,
      name,
      (real) =>
        new Proxy(real as (...given: unknown[]) => unknown, {
          apply(target, owner, given: unknown[]) {
            if (processAtWork() !== undefined) throw ProgramFault.notVirtual(`called ${call}`, instead);
            return Reflect.apply(target, owner, given);
          },
        }),
    );
  }

  /** `new Date(text)` depends on nothing; `new Date()` and `Date()` do. */
  #guardDate(): void {
    this.#replace(
      globalThis,
      "Date",
      (real) =>
        new Proxy(real as DateConstructor, {
          apply(target, owner, given) {
            if (processAtWork() !== undefined) throw ProgramFault.notVirtual("called Date()", "ctx.now()");
            return Reflect.apply(target, owner, given) as string;
          },
          construct(target, given: unknown[], made) {
            if (given.length === 0 && processAtWork() !== undefined)
              throw ProgramFault.notVirtual("called new Date()", "ctx.now()");
            return Reflect.construct(target, given, made) as object;
          },
        }),
    );
  }
}
