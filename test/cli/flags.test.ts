/** Flags that do not go together: none is passed over in silence. */
import { describe, expect, it } from "vitest";
import { refusalOf } from "./helpers.ts";

describe("flags of which one would be passed over are refused", () => {
  it.each([
    ["simulate --schema --list", "option '--schema' cannot be used with option '--list'"],
    ["simulate --schema walk", '--schema: it is about no scenario, so "walk" is too much'],
    ["simulate --list walk", '--list: it is about no scenario, so "walk" is too much'],
    ["simulate --list --ttl 10s", "option '--list' cannot be used with option '--ttl <duration>'"],
    ["simulate --yaml --json", "option '--yaml' cannot be used with option '--json'"],
    ["simulate --yaml --trace x.jsonl", "option '--yaml' cannot be used with option '--trace <file>'"],
    [
      "simulate --yaml --variant polling",
      "option '--yaml' cannot be used with option '--variant <name|module>'",
    ],
    ["simulate --json --width 80", "option '--json' cannot be used with option '--width <columns>'"],
    ["check --list fencing", '--list: it lists them all, so "fencing" is too much'],
    ["check --list --list-variants", "option '--list' cannot be used with option '--list-variants'"],
    ["check --list --runs 3", "option '--list' cannot be used with option '--runs <n>'"],
    [
      "check fencing --seed 1 --path 3 --runs 5",
      "option '--path <path>' cannot be used with option '--runs <n>'",
    ],
    ["bugs F01 --yaml --trace x.jsonl", "option '--yaml' cannot be used with option '--trace <file>'"],
    ["bugs F01 --yaml --json", "option '--yaml' cannot be used with option '--json'"],
    ["bugs --list --seeds 3", "option '--list' cannot be used with option '--seeds <n>'"],
    ["bugs F01 --seeds 3", "--seeds: mutants are hunted, and there is none among these"],
    [
      "run rootcoord --active-standby --print-config --no-active-standby",
      "option '--active-standby' says the opposite of '--no-active-standby'",
    ],
    [
      "run rootcoord --no-catalogue --catalogue",
      "option '--no-catalogue' says the opposite of '--catalogue'",
    ],
    ["--color check --no-color", "option '--color' says the opposite of '--no-color'"],
    ["teach --print --web", "option '--web' cannot be used with option '--print'"],
    ["teach --web --predict a", "option '--web' cannot be used with option '--predict <letter>'"],
    ["teach --list fencing", "--list: it lists every lesson, so fencing is too much"],
    [
      "fidelity --seed 1 --path 3:1 --commands 9",
      "option '--path <path>' cannot be used with option '--commands <n>'",
    ],
  ])("%s", async (line, what) => {
    const { exitCode, message, out } = await refusalOf(line.split(" "));
    expect(message).toContain(what);
    expect(message).toMatch(/\n {2}\S/u);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  });
});
