/** The keyboard: bytes from a terminal as named keys, and the one table of what each key does. */

/** A named key, or the character itself. */
export type Key = string;

const SEQUENCES: Readonly<Record<string, Key>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  "[H": "home",
  "[F": "end",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[4~": "end",
  "[5~": "page up",
  "[6~": "page down",
  "[Z": "shift-tab",
  "[1;2A": "shift-up",
  "[1;2B": "shift-down",
  "[1;2C": "shift-right",
  "[1;2D": "shift-left",
};
const CONTROLS: Readonly<Record<string, Key>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0003": "ctrl-c",
  "\u000c": "ctrl-l",
  "\u0015": "ctrl-u",
};
/** A whole escape sequence (CSI, SS3), also one that we do not know. */
// oxlint-disable-next-line no-control-regex -- terminals send them
const SEQUENCE = /^\u001b(\[[0-9;?]*[ -/]*[@-~]|O[A-Z])/u;

/** The keys in `text`; `rest`: the beginning of a sequence whose end has not come yet. */
export function readKeys(text: string): { readonly keys: readonly Key[]; readonly rest: string } {
  const keys: Key[] = [];
  let left = text;
  while (left !== "") {
    const [whole, name = ""] = SEQUENCE.exec(left) ?? [];
    if (whole !== undefined) {
      const key = SEQUENCES[name];
      if (key !== undefined) keys.push(key);
      left = left.slice(whole.length);
      continue;
    }
    // oxlint-disable-next-line no-control-regex -- terminals send them
    if (/^\u001b(?:\[[0-9;?]*|O)?$/u.test(left)) return { keys, rest: left };
    const [character = ""] = left;
    left = left.slice(character.length);
    if (character === "\u001b") keys.push("escape");
    else if (CONTROLS[character] !== undefined) keys.push(CONTROLS[character]);
    else if (character >= " ") keys.push(character);
  }
  return { keys, rest: "" };
}

export type Command =
  | "forward"
  | "back"
  | "forward10"
  | "back10"
  | "forward100"
  | "back100"
  | "nextRole"
  | "previousRole"
  | "violation"
  | "instant"
  | "start"
  | "end"
  | "search"
  | "nextFound"
  | "previousFound"
  | "filter"
  | "select"
  | "selectNext"
  | "panel"
  | "play"
  | "faster"
  | "slower"
  | "fork"
  | "runs"
  | "write"
  | "help"
  | "leave"
  | "quit"
  | "redraw";

/** What a key does, for the help and for docs/stepping.md. */
export interface Binding {
  readonly command: Command;
  /** The first is shown where there is room for one. */
  readonly keys: readonly Key[];
  readonly does: string;
}

export const BINDINGS: readonly Binding[] = [
  { command: "forward", keys: ["right", "down", "n"], does: "one event forward" },
  { command: "back", keys: ["left", "up", "p"], does: "one event back" },
  { command: "forward10", keys: ["page down", "d"], does: "ten forward" },
  { command: "back10", keys: ["page up", "u"], does: "ten back" },
  { command: "forward100", keys: ["D", "shift-right"], does: "a hundred forward" },
  { command: "back100", keys: ["U", "shift-left"], does: "a hundred back" },
  { command: "nextRole", keys: ["tab", "]"], does: "next change of role" },
  { command: "previousRole", keys: ["shift-tab", "["], does: "previous change of role" },
  { command: "violation", keys: ["v"], does: "where the promise breaks; again: the next broken one" },
  { command: "instant", keys: ["g"], does: "to an instant, such as 61.2s" },
  { command: "start", keys: ["home", "<"], does: "the beginning" },
  { command: "end", keys: ["end", ">"], does: "the end" },
  { command: "search", keys: ["/"], does: "search in the events' words; then n, N; Esc ends it" },
  { command: "nextFound", keys: [], does: "next found" },
  { command: "previousFound", keys: ["N"], does: "previous found" },
  { command: "select", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], does: "select a coordinator" },
  { command: "selectNext", keys: ["s"], does: "select the next coordinator" },
  { command: "filter", keys: ["o"], does: "step through all, the selected one's, etcd's own events" },
  { command: "panel", keys: ["i"], does: "another panel: chart, store, messages, promises" },
  { command: "play", keys: [" "], does: "play and pause in virtual time" },
  { command: "faster", keys: ["+", "="], does: "play faster" },
  { command: "slower", keys: ["-"], does: "play slower" },
  { command: "fork", keys: ["f"], does: "fork here: the same run with one more fault" },
  { command: "runs", keys: ["F"], does: "the trace and its forks: switch between them" },
  { command: "write", keys: ["w"], does: "write this run as a trace file" },
  { command: "help", keys: ["?", "h"], does: "this help" },
  { command: "leave", keys: ["escape"], does: "leave a menu, a prompt, a search, a filter" },
  { command: "quit", keys: ["q", "ctrl-c"], does: "quit" },
  { command: "redraw", keys: ["ctrl-l"], does: "draw the screen anew" },
];

const COMMANDS: ReadonlyMap<Key, Command> = new Map(
  BINDINGS.flatMap(({ command, keys }) => keys.map((key) => [key, command] as const)),
);

export function commandOf(key: Key): Command | undefined {
  return COMMANDS.get(key);
}

const SHOWN: Readonly<Record<Key, string>> = {
  right: "→",
  left: "←",
  up: "↑",
  down: "↓",
  "shift-right": "Shift-→",
  "shift-left": "Shift-←",
  "page up": "PgUp",
  "page down": "PgDn",
  home: "Home",
  end: "End",
  tab: "Tab",
  "shift-tab": "Shift-Tab",
  escape: "Esc",
  " ": "Space",
  "ctrl-c": "Ctrl-C",
  "ctrl-l": "Ctrl-L",
};

export function showKey(key: Key): string {
  return SHOWN[key] ?? key;
}

/** A binding's keys as people read them: `→ ↓ n`. */
export function showKeys({ keys }: Binding): string {
  return keys.length > 4 ? `${keys[0] ?? ""}…${keys.at(-1) ?? ""}` : keys.map(showKey).join(" ");
}

/** The text after an editing key; undefined: it is none. */
export function editText(text: string, key: Key): string | undefined {
  if (key === "backspace") return Array.from(text).slice(0, -1).join("");
  if (key === "ctrl-u") return "";
  return Array.from(key).length === 1 ? text + key : undefined;
}
