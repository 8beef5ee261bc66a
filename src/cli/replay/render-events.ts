/** A trace's events as lines for people: when, where, why, and what was made of it. */
import { processesOf } from "../../simulation/scenario.ts";
import { ETCD } from "../../simulation/names.ts";
import type { ChalkInstance } from "chalk";
import type { TraceEnd, TraceEvent, TraceHeader, TraceObservation } from "../../trace/format.ts";
import { sentenceOf } from "../../trace/tell-verdict.ts";
import { Teller } from "../../trace/words.ts";
import { seconds } from "../../words/seconds.ts";
import { cellsOf, pad } from "../../words/cells.ts";

const INSTANT = 13;
const NUMBER = 6;

/** Whether somebody or something is gone by what was seen. */
function isLoss(seen: TraceObservation): boolean {
  switch (seen.type) {
    case "ended":
    case "claimEnded":
      return true;
    case "written":
      return seen["outcome"] === "refused";
    case "message":
      return seen["fate"] === "lost";
    default:
      return false;
  }
}

/** Give it every event in order; it returns what each looks like. */
export class EventPrinter {
  readonly #teller = new Teller();
  readonly #paint: ChalkInstance;
  readonly #width: number;

  constructor({ scenario }: TraceHeader, paint: ChalkInstance) {
    this.#paint = paint;
    this.#width = Math.max(...[ETCD, ...processesOf(scenario).map(({ name }) => name)].map(cellsOf));
  }

  event(event: TraceEvent): string {
    const { dim, green, red, yellow } = this.#paint;
    const { cause, seen, steps } = this.#teller.tell(event);
    const head = `${dim(String(event.n).padStart(NUMBER))} ${seconds(event.at).padStart(INSTANT)}  ${pad(event.node, this.#width)}  `;
    const indent = " ".repeat(NUMBER + 1 + INSTANT + 2 + this.#width + 2);
    const first =
      event.cause.type === "fault" ? yellow(cause) : event.delivery === undefined ? cause : dim(cause);
    const rest = [
      ...steps.map(({ milestones, text }) =>
        milestones.includes("won") || milestones.includes("active") ? green(text) : text,
      ),
      ...seen.map(({ seen: one, text }) => (isLoss(one) ? red(text) : text)),
    ];
    return `${[`${head}${first}`, ...rest.map((line) => `${indent}${line}`)].join("\n")}\n`;
  }

  /** What the judges said at the end. */
  end({ at, verdicts }: TraceEnd): string {
    const violated = verdicts.filter(({ verdict }) => verdict === "violated");
    const lines = violated.map(
      ({ property, violation }) =>
        `${property} is violated: ${violation === undefined ? "" : sentenceOf(violation)}`,
    );
    const text = lines.length === 0 ? ["the run ends; no property is violated"] : lines;
    const head = `${" ".repeat(NUMBER)} ${seconds(at).padStart(INSTANT)}  `;
    return text.map((line) => `${head}${lines.length === 0 ? line : this.#paint.red.bold(line)}\n`).join("");
  }
}
