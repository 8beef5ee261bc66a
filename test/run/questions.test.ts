/** What a run leaves open: the questions after an event, and the runs that other answers make. */
import { describe, expect, it } from "vitest";
import { shipped } from "../../models/variant.ts";
import { chosenHeader } from "../../src/run/fork.ts";
import { questionsAfter } from "../../src/run/questions.ts";
import { recordRun } from "../../src/run/record.ts";
import { Retraced } from "../../src/run/retraced.ts";
import { byNumber, type MeantDecision } from "../../src/simulation/meant-decisions.ts";
import { decided } from "../../src/simulation/scheduler.ts";
import { coordinators, scenario } from "../../src/simulation/scenario.ts";
import { FORMAT, SCHEMA_VERSION, type TraceHeader, type TraceLine } from "../../src/trace/format.ts";
import { VERSION } from "../../src/version.ts";

function recorded(header: TraceHeader): TraceLine[] {
  const lines: TraceLine[] = [];
  const scheduler = decided(byNumber(header.decisions));
  recordRun(header, { variant: shipped, scheduler, sink: (_, line) => lines.push(line) });
  return lines;
}

const pair = scenario({ title: "a pair", horizonMs: 90_000, coordinators: coordinators("rootcoord", 2) });
const header: TraceHeader = {
  type: "header",
  format: FORMAT,
  schemaVersion: SCHEMA_VERSION,
  package: VERSION,
  variant: "shipped",
  scenario: pair,
  decisions: [],
  stop: "horizon",
};
const lines = recorded(header);
const history = new Retraced(header, shipped, lines);
const events = (all: readonly TraceLine[]) => all.filter(({ type }) => type === "event");

describe("what the world leaves open after an event", () => {
  it.each([0, 29, 60])(
    "is asked after event %d and not before, in order, and answered as in this run",
    (n) => {
      const questions = questionsAfter(history, n, 6);
      expect(questions).toHaveLength(6);
      const indexes = questions.map(({ answers }) => answers[0]?.index);
      expect(indexes).toEqual([...indexes].sort((left = 0, right = 0) => left - right));
      expect(indexes[0]).toBe(history.worldAt(n).asked);
      for (const { answers, given } of questions) {
        expect(given).toBe(0);
        expect(answers.length).toBeGreaterThan(1);
        expect(answers[0]?.atMs).toBeGreaterThanOrEqual(history.instantOf(n));
      }
    },
  );

  it("is nothing more at the end", () => {
    expect(questionsAfter(history, history.events, 6)).toEqual([]);
  });

  it("answered otherwise makes a run that is the same up to there and another from there on", () => {
    const n = 29;
    for (const { answers } of questionsAfter(history, n, 4))
      for (const choice of answers.slice(1)) {
        const forked = chosenHeader(history, choice);
        expect(forked.decisions).toEqual([choice]);
        const [before, after] = [events(lines), events(recorded(forked))];
        expect(after.slice(0, n)).toEqual(before.slice(0, n));
        expect(after).not.toEqual(before);
      }
  });

  it("answered as before is the run as it was, also where it had been answered otherwise", () => {
    const lost = questionsAfter(history, 29, 1)[0]?.answers.find(({ means }) => means === "lost");
    const forked = chosenHeader(history, lost as MeantDecision);
    const other = new Retraced(forked, shipped, recorded(forked));
    const [question] = questionsAfter(other, 29, 1);
    expect(question?.answers[question.given]).toEqual(lost);
    const back = chosenHeader(other, question?.answers[0] as MeantDecision);
    expect(events(recorded(back))).toEqual(events(lines));
  });
});
