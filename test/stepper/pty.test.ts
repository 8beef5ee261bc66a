/**
 * The stepper in a real terminal: `script` gives it one, `stty` says how it was before and after. What is waited for is
 * what the terminal shows, so nothing here takes longer than it takes.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../helpers/repository.ts";

/** From util-linux: a command in a terminal of its own. */
const SCRIPT = "script";
const MAIN = join(ROOT, "dist", "src", "cli", "main.js");
const TRACE = join(ROOT, "docs", "examples", "fencing-no-fencing.jsonl");
const missing =
  process.platform === "linux"
    ? [SCRIPT, "stty"].filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status !== 0)
    : ["Linux"];
if (!existsSync(MAIN)) missing.push("dist: npm run build");

/** The end of a drawing. */
const DRAWN = "\u001b[?2026l";
const GIVEN_BACK = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";
/** Says its process, so that it can be sent a signal, and how the terminal stands before and after. */
const SHELL = `stty rows 30 cols 100; stty -g; sh -c 'echo process $$; exec node "${MAIN}" replay "${TRACE}" --step'; echo exit $?; stty -g`;

/** Runs the stepper; `act` is called once its first screen is there. Returns all that the terminal got. */
function inTerminal(act: (keys: (text: string) => void, process: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(SCRIPT, ["-q", "-e", "-c", SHELL, "/dev/null"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let shown = "";
    let acted = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (acted || !shown.includes(DRAWN)) return;
      acted = true;
      act((keys) => child.stdin.write(keys), Number(/process (\d+)/u.exec(shown)?.[1]));
    });
    child.on("error", reject);
    child.on("close", () => resolve(shown));
  });
}

/** The terminal's settings before and after, and the exit code. */
function parts(shown: string): { before: string; after: string; exit: string; end: string } {
  const [before = "", after = ""] = shown.match(/^[0-9a-f]+(?::[0-9a-f]+){10,}/gmu) ?? [];
  return {
    before,
    after,
    exit: /exit (\d+)/u.exec(shown)?.[1] ?? "",
    end: shown.slice(shown.lastIndexOf("\u001b[?1049h")),
  };
}

describe.skipIf(missing.length > 0)(
  `the stepper in a real terminal${missing.length === 0 ? "" : ` [skipped: needs ${missing.join(", ")}]`}`,
  () => {
    it.each([
      ["q", "0"],
      ["\u0003", "130"],
    ])("gives it back as it was when %j is pressed", async (key, exit) => {
      const found = parts(await inTerminal((press) => press(`nnp\u001b[C${key}`)));
      expect(found.before).not.toBe("");
      expect(found.after).toBe(found.before);
      expect(found.exit).toBe(exit);
      expect(found.end).toContain(GIVEN_BACK);
    });

    it("gives it back as it was when it is told to end", async () => {
      const found = parts(await inTerminal((_, pid) => void process.kill(pid, "SIGTERM")));
      expect(found.after).toBe(found.before);
      expect(found.exit).toBe("143");
      expect(found.end).toContain(GIVEN_BACK);
    });
  },
);
