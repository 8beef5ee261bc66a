import { EventEmitter } from "node:events";
import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import { openStepper } from "../../src/stepper/index.ts";
import { Screen } from "../../src/stepper/terminal-screen.ts";
import { headerOf } from "../../src/run/record.ts";
import { crash } from "./helpers.ts";

const TAKEN = "\u001b[?1049h";
const GIVEN_BACK = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

/** A terminal that remembers what was done to it. */
function fake(columns = 100, rows = 30) {
  const written: string[] = [];
  const raw: boolean[] = [];
  const input = Object.assign(new EventEmitter(), {
    isTTY: true,
    isRaw: false,
    setRawMode: (on: boolean) => raw.push(on),
    setEncoding: () => undefined,
    resume: () => undefined,
    pause: () => undefined,
  });
  const output = Object.assign(new EventEmitter(), {
    columns,
    rows,
    write: (text: string) => written.push(text),
  });
  const process = new EventEmitter();
  const terminal = { input, output, process, paint: new Chalk({ level: 0 }) };
  const left = openStepper(headerOf(crash), terminal, { variant: crash.variant, file: "trace.jsonl" });
  const listeners = () => [input, output, process].flatMap((one) => one.eventNames());
  return { input, left, listeners, output, process, raw, written };
}

const drawn = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe("the terminal", () => {
  it("is taken over whole and given back as it was, when one quits", async () => {
    const { input, left, listeners, raw, written } = fake();
    expect(written[0]).toContain(TAKEN);
    expect(raw).toEqual([true]);
    input.emit("data", "q");
    expect(await left).toBe("quit");
    expect(written.at(-1)).toBe(GIVEN_BACK);
    expect(raw).toEqual([true, false]);
    expect(listeners()).toEqual([]);
  });

  it.each([
    ["SIGTERM", "terminated"],
    ["SIGHUP", "hungUp"],
    ["SIGINT", "interrupted"],
  ])("is given back at %s", async (signal, how) => {
    const { left, listeners, process, raw, written } = fake();
    process.emit(signal);
    expect(await left).toBe(how);
    expect(written.at(-1)).toBe(GIVEN_BACK);
    expect(raw.at(-1)).toBe(false);
    expect(listeners()).toEqual([]);
  });

  it("is given back at Ctrl-C and when the keyboard is gone", async () => {
    const one = fake();
    one.input.emit("data", "\u0003");
    expect(await one.left).toBe("interrupted");
    const other = fake();
    other.input.emit("end");
    expect(await other.left).toBe("terminated");
    expect(other.written.at(-1)).toBe(GIVEN_BACK);
  });

  it.each(["uncaughtExceptionMonitor", "exit"])("is given back before the process dies (%s)", (event) => {
    const { process, raw, written } = fake();
    process.emit(event);
    expect(written.at(-1)).toBe(GIVEN_BACK);
    expect(raw.at(-1)).toBe(false);
  });

  it("is given back when drawing fails, and the error is handed on", async () => {
    const { input, left, output, raw, written } = fake();
    let broken = true;
    const write = output.write;
    output.write = (text) => {
      if (broken) {
        broken = false;
        throw new Error("no such terminal");
      }
      return write(text);
    };
    input.emit("data", "n");
    await expect(left).rejects.toThrow("no such terminal");
    expect(written.at(-1)).toBe(GIVEN_BACK);
    expect(raw.at(-1)).toBe(false);
  });

  it("draws once for many keys, and only the lines that changed", async () => {
    const { input, left, written } = fake();
    const before = written.length;
    input.emit("data", "nnn\u001b[C\u001b[C");
    await drawn();
    expect(written).toHaveLength(before + 1);
    expect(written.at(-1)).toContain("event 5 of");
    expect(written.at(-1)).not.toContain("? keys");
    input.emit("data", "x");
    await drawn();
    expect(written).toHaveLength(before + 1);
    input.emit("data", "q");
    await left;
  });

  it("draws anew for another size", async () => {
    const { input, left, output, written } = fake();
    Object.assign(output, { columns: 40, rows: 10 });
    output.emit("resize");
    await drawn();
    expect(written.at(-1)).toContain("The stepper needs");
    Object.assign(output, { columns: 120, rows: 40 });
    output.emit("resize");
    await drawn();
    expect(written.at(-1)).toContain("promises so far");
    input.emit("data", "q");
    await left;
  });

  it("is taken again when the process goes on after it was stopped", async () => {
    const { input, left, process, raw, written } = fake();
    process.emit("SIGCONT");
    await drawn();
    expect(raw).toEqual([true, true]);
    expect(written.at(-2)).toContain(TAKEN);
    expect(written.at(-1)).toContain("? keys");
    input.emit("data", "q");
    await left;
  });

  it("takes a key whose bytes come in two pieces for one key", async () => {
    const { input, left, written } = fake();
    input.emit("data", "\u001b");
    input.emit("data", "[C");
    await drawn();
    expect(written.at(-1)).toContain("event 1 of");
    input.emit("data", "q");
    await left;
  });
});

describe("the screen", () => {
  it("sends nothing for an unchanged picture, and everything once it was forgotten", () => {
    const written: string[] = [];
    const screen = new Screen({ write: (text) => written.push(text) });
    screen.take();
    screen.take();
    screen.draw(["one", "two"]);
    screen.draw(["one", "two"]);
    expect(written).toHaveLength(2);
    screen.draw(["one", "three"]);
    expect(written.at(-1)).toContain("three");
    expect(written.at(-1)).not.toContain("one");
    screen.forget();
    screen.draw(["one"]);
    expect(written.at(-1)).toContain("one");
    screen.giveBack();
    screen.giveBack();
    expect(written.filter((text) => text.includes("1049l"))).toHaveLength(1);
  });
});
