/** What each key does, as data: the help is drawn from the same table that the keyboard obeys. */

export type PageCommand =
  | "forward"
  | "back"
  | "nextTurn"
  | "previousTurn"
  | "violation"
  | "play"
  | "faster"
  | "slower"
  | "start"
  | "end"
  | "search"
  | "nextMatch"
  | "previousMatch"
  | "turnsOnly"
  | "zoomIn"
  | "zoomOut"
  | "trueTime"
  | "theme"
  | "help"
  | "close";

export interface PageBinding {
  readonly command: PageCommand;
  /** As `KeyboardEvent.key` has them; with `Shift+` where shift matters. */
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
}

export const PAGE_BINDINGS: readonly PageBinding[] = [
  { command: "forward", keys: ["ArrowRight", "l"], shown: "→", does: "one event forward" },
  { command: "back", keys: ["ArrowLeft", "h"], shown: "←", does: "one event back" },
  {
    command: "nextTurn",
    keys: ["Shift+ArrowRight", "]"],
    shown: "Shift →  ]",
    does: "to the next change of role",
  },
  {
    command: "previousTurn",
    keys: ["Shift+ArrowLeft", "["],
    shown: "Shift ←  [",
    does: "to the change of role before",
  },
  { command: "violation", keys: ["v"], shown: "v", does: "to the violation" },
  { command: "play", keys: [" "], shown: "Space", does: "play, pause" },
  { command: "faster", keys: ["."], shown: ".", does: "faster" },
  { command: "slower", keys: [","], shown: ",", does: "slower" },
  { command: "start", keys: ["Home"], shown: "Home", does: "to the beginning" },
  { command: "end", keys: ["End"], shown: "End", does: "to the end" },
  { command: "search", keys: ["/"], shown: "/", does: "search" },
  { command: "nextMatch", keys: ["n"], shown: "n", does: "next event found" },
  { command: "previousMatch", keys: ["Shift+N"], shown: "N", does: "event found before" },
  { command: "turnsOnly", keys: ["f"], shown: "f", does: "list turning points only, or all" },
  { command: "zoomIn", keys: ["+", "Shift++", "="], shown: "+", does: "wider" },
  { command: "zoomOut", keys: ["-"], shown: "−", does: "narrower" },
  { command: "trueTime", keys: ["o"], shown: "o", does: "true time, or quiet time drawn short" },
  { command: "theme", keys: ["t"], shown: "t", does: "dark, light" },
  { command: "help", keys: ["?", "Shift+?"], shown: "?", does: "this help" },
  { command: "close", keys: ["Escape"], shown: "Esc", does: "close, leave the search" },
];

/** `letters`: whether keys of one character mean anything; the space bar does in any case. */
export function pageCommandOf(
  event: {
    readonly key: string;
    readonly shiftKey: boolean;
    readonly ctrlKey: boolean;
    readonly metaKey: boolean;
    readonly altKey: boolean;
  },
  letters = true,
): PageCommand | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (!letters && event.key.length === 1 && event.key !== " ") return undefined;
  const key = event.shiftKey ? `Shift+${event.key}` : event.key;
  return PAGE_BINDINGS.find(({ keys }) => keys.includes(key))?.command;
}
