/** Every lesson: its shape, its answers, and that its figures are the runs'. */
import { describe, expect, it } from "vitest";
import { variantNamed } from "../../models/variants.ts";
import { readAnswer } from "../../src/teach/answer.ts";
import { decidingInstant, grade, meet, runsOf, told } from "../../src/teach/engine.ts";
import { openingOf } from "../../src/teach/opening.ts";
import type { Lesson } from "../../src/teach/lesson.ts";
import { lessonNamed, lessons } from "../../src/teach/lessons/index.ts";
import type { Seen } from "../../src/teach/seen.ts";
import { at, choiceIndex, letter } from "../../src/teach/words.ts";

/** Everything that a lesson says of its runs. */
function tellings(lesson: Lesson): string[] {
  return [
    ...lesson.choices.map((_, index) => meet(lesson, index).says),
    ...lesson.runs.flatMap((_, index) => told(lesson, index)),
  ];
}

/** Every instant at which something is seen in a run, as lessons write them. */
function instantsOf({ end, observed }: Seen): Set<string> {
  const found = new Set([at(0), at(end)]);
  for (const observation of observed.observations) {
    found.add(at(observation.at));
    if ("until" in observation) found.add(at(observation.until));
  }
  for (const { terms, to } of observed.leases) {
    found.add(at(to));
    for (const { from, until } of terms) found.add(at(from)).add(at(until));
  }
  for (const refused of observed.refusedWrites) found.add(at(refused.at));
  return found;
}

/** Faults that do not solve an exercise, with what must be in the answer to them. */
const WRONG: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alone: [
    ["at: 30s, crash: A", "never back"],
    ["at: 30s, crash: A, restartAfter: 5s", "less than a minute"],
    ["at: 30s, pause: A, for: 20s", "held its role all the time"],
    ["at: 299s, crash: A, restartAfter: 60s", "never back"],
  ],
  lease: [
    ["at: 61s, crash: A", "nobody served for 59.6 s"],
    ["at: 20s, crash: A", "within the first minute"],
    ["at: 79s, crash: B", "another's crash"],
  ],
  "missed-delete": [
    ["at: 20s, stop: A", "had not looked yet"],
    ["at: 40s, stop: A", "before the keys went"],
    ["at: 31s, stop: B", "kept the role"],
  ],
  clocks: [
    ["at: 79s, pause: A, for: 90s", "The claim ended in time"],
    ["at: 61s, stepClock: A, by: -30s", "a wrong clock harms nobody"],
    ["at: 61s, partition: A, for: 100s; at: 30s, drift: A, rate: 0.99, for: 200s", "The claim ended in time"],
    ["at: 61s, drift: A, rate: 0.9, for: 100s", "a wrong clock harms nobody"],
  ],
  "etcd-moves": [
    ["at: 61s, stall: etcd, for: 30s", "30 s were not enough"],
    ["at: 61s, changeLeader: etcd, for: 5s", "5 s were not enough"],
    ["at: 299s, stall: etcd, for: 60s", "not enough"],
  ],
  compaction: [
    ["at: 50s, compact: etcd", "was not among what you threw away"],
    ["at: 140s, compact: etcd", "had arrived"],
    ["at: 125s, compact: etcd, keep: 5", "was not among what you threw away"],
  ],
};

function given(lesson: Lesson, text: string) {
  const reading = readAnswer(lesson.exercise, text);
  if (reading.type === "faulty") throw new Error(JSON.stringify(reading.problems));
  return grade(lesson.exercise, reading.answer);
}

describe("the lessons", () => {
  it("are at least twelve, each under a name of its own", () => {
    expect(lessons.length).toBeGreaterThanOrEqual(12);
    expect(new Set(lessons.map(({ id }) => id)).size).toBe(lessons.length);
    expect(lessons.map(({ id }) => lessonNamed(id))).toEqual(lessons);
    expect(lessonNamed("nothing")).toBeUndefined();
  });

  it("are plain data but for what they say: every setup can be written down and read back", () => {
    for (const { runs } of lessons)
      for (const { setup } of runs) expect(JSON.parse(JSON.stringify(setup))).toEqual(setup);
  });
});

describe.each(lessons)("$id", (lesson) => {
  const seen = runsOf(lesson);
  const instants = new Set(seen.flatMap((one) => [...instantsOf(one)]));

  it("runs variants that there are", () => {
    for (const { setup } of lesson.runs) expect(variantNamed(setup.variant)).toBeDefined();
  });

  it("has one right prediction, and says something to each", () => {
    expect(lesson.choices.filter(({ right }) => right === true)).toHaveLength(1);
    expect(lesson.choices.length).toBeGreaterThanOrEqual(3);
    for (const index of lesson.choices.keys())
      expect(meet(lesson, index)).toEqual({
        right: lesson.choices[index]?.right === true,
        says: expect.stringMatching(/.{20,}[.]$/u) as string,
      });
  });

  it("says something of every run", () => {
    expect(lesson.shows).toHaveLength(lesson.runs.length);
    for (const index of lesson.runs.keys()) expect(told(lesson, index).join("").length).toBeGreaterThan(40);
  });

  it("never says what it does not know", () => {
    for (const text of [...openingOf(lesson).text, ...openingOf(lesson).choices, ...tellings(lesson)])
      expect(text).not.toMatch(/NaN|undefined|Infinity|\[object|``/u);
  });

  it("names only instants at which something happens in its runs", () => {
    for (const text of tellings(lesson))
      for (const [instant] of text.matchAll(/\d+\.\d{3} s/gu)) expect(instants, text).toContain(instant);
  });

  it("passes its solution, and says why", () => {
    const { passed, says } = given(lesson, lesson.exercise.solution);
    expect({ passed, says }).toEqual({ passed: true, says: expect.stringMatching(/.{20,}[.]$/u) as string });
    expect(says).not.toMatch(/NaN|undefined|Infinity/u);
  });

  it("knows at which instant of the run that is shown its solution is decided", () => {
    const graded = given(lesson, lesson.exercise.solution);
    const at = decidingInstant(graded);
    // Where nothing is missed from beginning to end, only the whole run shows it.
    if (at === undefined)
      return expect([graded.shown.servings.length, graded.shown.longestGap.to]).toEqual([1, 0]);
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThanOrEqual(graded.shown.end);
    const { shown } = graded;
    const happens = [
      ...shown.observed.run.events.map((event) => event.at),
      ...shown.servings.flatMap(({ from, to }) => [from, to]),
    ];
    expect(happens.some((one) => Math.abs(one - at) < 0.001)).toBe(true);
  });

  it("fails whatever else can be chosen, with a figure of the run that shows why", () => {
    const { exercise } = lesson;
    if (exercise.type === "choice") {
      const right = choiceIndex(exercise.solution, exercise.options.length);
      for (const option of exercise.options.keys()) {
        const { passed, says, shown } = grade(exercise, { type: "choice", option });
        expect(passed, `${letter(option)}: ${says}`).toBe(option === right);
        for (const [instant] of says.matchAll(/\d+\.\d{3} s/gu))
          expect(instantsOf(shown), says).toContain(instant);
      }
    } else if (exercise.type === "number") {
      for (const off of [-1, 1]) {
        const { passed, says } = given(lesson, String(Number(exercise.solution) + off));
        expect({ passed, says }).toEqual({ passed: false, says: expect.stringMatching(/\d/u) as string });
      }
    } else {
      const wrong = WRONG[lesson.id] ?? [];
      expect(wrong.length).toBeGreaterThanOrEqual(3);
      for (const [text, reason] of wrong) {
        const { passed, says } = given(lesson, text);
        expect(passed, `${text}: ${says}`).toBe(false);
        expect(says, text).toContain(reason);
      }
    }
  });
});
