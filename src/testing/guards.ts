/** While programs run, what would make two runs differ is refused to them: real time, real chance, real timers. */
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

/** Stand from their making until they are lifted. */
export class Guards {
  /** The first that was refused; undefined: nothing was. */
  fault: ProgramFault | undefined;
  readonly #undo: (() => void)[] = [];
  readonly #listeners: NodeJS.UnhandledRejectionListener[];

  constructor() {
    for (const one of GUARDED) this.#guard(one);
    this.#guardDate();
    // Whoever else listens has nothing to do with what programs leave unheard.
    this.#listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason) => {
      this.fault ??= reason instanceof ProgramFault ? reason : ProgramFault.leaked(reason);
    });
  }

  lift(): void {
    for (const undo of this.#undo.splice(0)) undo();
    process.removeAllListeners("unhandledRejection");
    for (const listener of this.#listeners) process.on("unhandledRejection", listener);
  }

  #refused(call: string, instead: string): ProgramFault {
    const fault = ProgramFault.notVirtual(call, instead);
    this.fault ??= fault;
    return fault;
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
    this.#replace(of, name, (real) => (...given: unknown[]): unknown => {
      if (processAtWork() !== undefined) throw this.#refused(call, instead);
      return Reflect.apply(real as () => unknown, of, given);
    });
  }

  /** `new Date(text)` depends on nothing; `new Date()` does. */
  #guardDate(): void {
    const refused = (call: string, instead: string) => this.#refused(call, instead);
    this.#replace(
      globalThis,
      "Date",
      (real) =>
        new Proxy(real as DateConstructor, {
          construct(target, given: unknown[], made) {
            if (given.length === 0 && processAtWork() !== undefined) throw refused("new Date()", "ctx.now()");
            return Reflect.construct(target, given, made) as object;
          },
        }),
    );
  }
}
