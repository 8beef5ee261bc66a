/** While programs run, what would make two runs differ is refused to them: real time, real chance, real timers, the world outside. */
import { createHook } from "node:async_hooks";
import { mainProcess } from "./main-realm.ts";
import { called, catching, ProgramFault, processAtWork, surroundingsAtWork } from "./program-fault.ts";

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

/** What no program finds around it. */
const NOT_AROUND: ReadonlySet<string> = new Set(["crypto.getRandomValues()", "fetch()"]);

/** These are harmless by themselves, and must reach the timers that a program is given. */
const DISARMING = ["clearTimeout", "clearInterval", "clearImmediate"];

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
      ProgramFault.notVirtual(`waits for the world outside (${type})`, "ctx.kv and ctx.sleep instead");
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

/** With what a program has for it, or what finds it virtual around it. */
function refused(call: string, instead: string): ProgramFault {
  const around = NOT_AROUND.has(call) ? "" : ", or run the program withTimers(…) where a library calls it";
  return ProgramFault.notVirtual(`called ${call}`, `${instead} instead${around}`);
}

/** Stand from their making until they are lifted. */
export class Guards {
  readonly #undo: (() => void)[] = [];
  readonly #listeners: NodeJS.UnhandledRejectionListener[];

  constructor() {
    for (const one of GUARDED) this.#guard(one);
    for (const name of DISARMING) this.#guard({ of: globalThis, name, call: `${name}()`, instead: "" });
    this.#guardDate();
    for (const of of new Set([process, mainProcess])) this.#catching(of, "nextTick");
    this.#catching(globalThis, "queueMicrotask");
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
            const virtual = surroundingsAtWork()?.get(call);
            if (virtual !== undefined) {
              called(call);
              return virtual(...(given as never[]));
            }
            if (processAtWork() !== undefined && instead !== "") throw refused(call, instead);
            return Reflect.apply(target, owner, given);
          },
        }),
    );
  }

  /** An error that passes through Node's queues would be the test runner's; it is the program's. */
  #catching(of: object, name: string): void {
    this.#replace(
      of,
      name,
      (real) =>
        new Proxy(real as (...given: unknown[]) => unknown, {
          apply(target, owner, [act, ...given]: [(...given: unknown[]) => void, ...unknown[]]) {
            const isOurs = processAtWork() !== undefined;
            return Reflect.apply(target, owner, [isOurs ? catching(act) : act, ...given]);
          },
        }),
    );
  }

  /** `new Date(text)` depends on nothing; `new Date()` and `Date()` do. */
  #guardDate(): void {
    const now = (call: string): unknown => {
      const virtual = surroundingsAtWork()?.get("Date.now()");
      if (virtual !== undefined) return virtual();
      if (processAtWork() !== undefined) throw refused(call, "ctx.now()");
      return undefined;
    };
    this.#replace(
      globalThis,
      "Date",
      (real) =>
        new Proxy(real as DateConstructor, {
          apply(target, owner, given) {
            const virtual = now("Date()");
            if (virtual !== undefined) return new target(virtual as number).toString();
            return Reflect.apply(target, owner, given) as string;
          },
          construct(target, given: unknown[], made) {
            const virtual = given.length === 0 ? now("new Date()") : undefined;
            return Reflect.construct(target, virtual === undefined ? given : [virtual], made) as object;
          },
        }),
    );
  }
}
