/**
 * Where output goes and how it may look: results on stdout, progress on stderr, colour only where it is wanted.
 */
import { Chalk, type ChalkInstance } from "chalk";
import { forTerminal } from "../../words/shown.ts";
import { wholeWriter } from "./output-loss.ts";

/** What a command writes to; tests give it buffers. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Colours for stdout and for stderr; level 0 where they are not wanted. */
  readonly paint: ChalkInstance;
  readonly paintErr: ChalkInstance;
  /** Columns of stdout; 100 where it is no terminal. */
  readonly width: number;
  /** Rows of stdout; absent where it is no terminal. */
  readonly height?: number;
  /** Where prose breaks: at the last column, or never where stdout is no terminal and others read it line by line. */
  readonly proseWidth: number;
  /** Whether stderr may be drawn over: a terminal, and no CI. */
  readonly live: boolean;
  /** Columns of stderr, where it is a terminal: what is drawn over must not go on to a second line. */
  readonly liveWidth?: number;
}

/** chalk 5 does not honour NO_COLOR by itself; https://no-color.org: any non-empty value counts. */
function levelFor(
  stream: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
  wanted: boolean | undefined,
): 0 | 1 | 3 {
  if (wanted === false) return 0;
  if (wanted === true) return 3;
  if ((environment["NO_COLOR"] ?? "") !== "") return 0;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced === "0" || forced === "false" ? 0 : 3;
  return stream.isTTY && environment["TERM"] !== "dumb" ? 3 : 0;
}

/** The process's own terminal. `color`: what `--color` or `--no-color` said. */
export function processTerminal(color?: boolean): Terminal {
  const { env, stderr, stdout } = process;
  const paint = new Chalk({ level: levelFor(stdout, env, color) });
  const paintErr = new Chalk({ level: levelFor(stderr, env, color) });
  const [out, err] = [wholeWriter(stdout), wholeWriter(stderr)];
  return {
    out: (text) => out(forTerminal(text, paint.level > 0)),
    err: (text) => err(forTerminal(text, paintErr.level > 0)),
    paint,
    paintErr,
    width: stdout.isTTY ? Math.max(60, stdout.columns) : 100,
    ...(stdout.isTTY ? { height: stdout.rows } : {}),
    proseWidth: stdout.isTTY ? Math.max(60, stdout.columns) : Number.POSITIVE_INFINITY,
    live: stderr.isTTY && (env["CI"] ?? "") === "",
    // Asked anew each time: a window may be made narrower.
    ...(stderr.isTTY
      ? {
          get liveWidth() {
            return stderr.columns;
          },
        }
      : {}),
  };
}
