/** Answers as they are typed: what is understood, what is refused and how, and that no answer breaks the checker. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/simulation/fault.ts";
import { writeFault } from "../../src/scenario-file/fault-syntax.ts";
import { readAnswer } from "../../src/teach/answer.ts";
import { grade, injured } from "../../src/teach/engine.ts";
import type { ChoiceExercise, Exercise, FaultExercise, NumberExercise } from "../../src/teach/lesson.ts";
import { lessonNamed, lessons } from "../../src/teach/lessons/index.ts";

function exerciseOf<Type extends Exercise["type"]>(
  id: string,
  type: Type,
): Extract<Exercise, { type: Type }> {
  const exercise = lessonNamed(id)?.exercise;
  if (exercise?.type !== type) throw new Error(`${id} has no ${type} exercise`);
  return exercise as Extract<Exercise, { type: Type }>;
}
const alone: FaultExercise = exerciseOf("alone", "fault");
const clocks: FaultExercise = exerciseOf("clocks", "fault");
const etcdMoves: FaultExercise = exerciseOf("etcd-moves", "fault");
const two: ChoiceExercise = exerciseOf("two", "choice");
const pause: NumberExercise = exerciseOf("pause", "number");

describe("faults", () => {
  const killed = {
    type: "ok",
    answer: { type: "fault", faults: [{ type: "crash", atMs: 30_000, on: "A" }] },
  };

  it.each(["at: 30s, crash: A", "{at: 30s, crash: A}", "- {at: 30s, crash: A}", "  at: 30s, crash: A ; "])(
    "are understood as %s",
    (text) => {
      expect(readAnswer(alone, text)).toEqual(killed);
    },
  );

  it("are several, with semicolons between", () => {
    const reading = readAnswer(clocks, "at: 30s, drift: A, rate: 0.9, for: 60s; at: 31s, crash: B");
    expect(reading).toMatchObject({ type: "ok", answer: { faults: [{ type: "drift" }, { type: "crash" }] } });
  });

  it.each<[FaultExercise, string, object]>([
    [alone, "", { what: "no fault is given" }],
    [
      alone,
      "at: 30s, crsh: A",
      {
        part: "at: 30s, crsh: A",
        column: 9,
        what: "no fault is called crsh",
        remedy: "did you mean crash?",
      },
    ],
    [alone, "at: 30, crash: A", { column: 4, what: "30 has no unit" }],
    [alone, "at: 30s, crash: B", { column: 16, what: "no coordinator is called B" }],
    [alone, "at: 6m, crash: A", { column: 4, what: "6m lies after the horizon" }],
    [alone, "at: 1s, crash: A; at: 2s, crash: A", { what: "2 faults, and at most 1 may be used" }],
    [alone, "kill it", { what: "no fault is called kill it" }],
    [alone, "at: 30s, crash: [A", { part: "at: 30s, crash: [A" }],
    [
      etcdMoves,
      "at: 30s, crash: A",
      { column: 0, what: "that fault is not meant here", remedy: "use stall, restart or changeLeader" },
    ],
    [clocks, "at: 1s, crash: A; at: 2s, pause: A", { part: "at: 2s, pause: A", what: "for is missing" }],
  ])("of exercise number %# are refused with its place and a remedy", (exercise, text, problem) => {
    const reading = readAnswer(exercise, text);
    expect(reading.type).toBe("faulty");
    expect(reading.type === "faulty" && reading.problems[0]).toMatchObject(problem);
    for (const { remedy } of reading.type === "faulty" ? reading.problems : []) expect(remedy).not.toBe("");
  });

  it("stand beside the faults that the exercise already has", () => {
    const exercise = exerciseOf("missed-delete", "fault");
    const reading = readAnswer(exercise, exercise.solution);
    if (reading.type !== "ok" || reading.answer.type !== "fault") throw new Error("not understood");
    expect(reading.answer.faults).toHaveLength(1);
    expect(injured(exercise, reading.answer.faults).scenario.faults).toHaveLength(
      exercise.setup.scenario.faults.length + 1,
    );
  });
});

describe("letters and numbers", () => {
  it.each(["b", " B ", "b)", "b."])("%j is the second choice", (text) => {
    expect(readAnswer(two, text)).toEqual({ type: "ok", answer: { type: "choice", option: 1 } });
  });

  it.each(["e", "", "1", "ab", "é"])("%j is none of four choices", (text) => {
    expect(readAnswer(two, text)).toMatchObject({
      type: "faulty",
      problems: [{ remedy: "write a letter from a to d" }],
    });
  });

  it.each(["57", "57s", " 57 s"])("%j is a number of seconds", (text) => {
    expect(readAnswer(pause, text)).toEqual({ type: "ok", answer: { type: "number", value: 57 } });
  });

  it.each(["0", "121", "5.5", "-3", "many", "", "1e1"])("%j is not a whole number in range", (text) => {
    expect(readAnswer(pause, text)).toMatchObject({ type: "faulty" });
  });
});

describe("the checker", () => {
  it("refuses what does not fit the exercise", () => {
    expect(() => grade(alone, { type: "choice", option: 0 })).toThrow("answers no fault exercise");
    expect(() => grade(alone, { type: "fault", faults: [] })).toThrow("0 faults of at most 1");
    expect(() => grade(etcdMoves, { type: "fault", faults: [{ type: "crash", atMs: 1, on: "A" }] })).toThrow(
      "crash is not among",
    );
    expect(() => grade(two, { type: "choice", option: 9 })).toThrow("no option j");
  });

  it("answers every number that may be given, and passes one", () => {
    for (const { exercise } of lessons) {
      if (exercise.type !== "number") continue;
      const passed: number[] = [];
      for (let value = exercise.least; value <= Math.min(exercise.most, 70); value++)
        if (grade(exercise, { type: "number", value }).passed) passed.push(value);
      expect(passed).toEqual([Number(exercise.solution)]);
    }
  });

  it.each(lessons.filter(({ exercise }) => exercise.type === "fault"))(
    "says something sensible to any fault in $id",
    ({ exercise }) => {
      if (exercise.type !== "fault") return;
      fc.assert(
        fc.property(fc.array(faults(exercise), { minLength: 1, maxLength: exercise.most }), (given) => {
          const text = given.map((fault) => JSON.stringify(writeFault(fault))).join(";");
          const reading = readAnswer(exercise, text);
          // Overlapping faults of one kind are refused as in a file.
          if (reading.type === "faulty")
            return reading.problems.every(({ what }) => what.includes("overlaps"));
          const { says } = grade(exercise, reading.answer);
          return says.length > 10 && !/NaN|undefined|Infinity/u.test(says);
        }),
        { numRuns: 60, seed: 7 },
      );
    },
  );
});

/** Any fault that the exercise allows, at any time of its run. */
function faults({ kinds, setup }: FaultExercise): fc.Arbitrary<Fault> {
  const { coordinators, horizonMs } = setup.scenario;
  const atMs = fc.integer({ min: 0, max: horizonMs });
  const forMs = fc.integer({ min: 1, max: horizonMs });
  const on = fc.constantFrom(...coordinators.map(({ name }) => name));
  const all: readonly fc.Arbitrary<Fault>[] = [
    fc.record({ type: fc.constant("crash" as const), atMs, on }),
    fc.record({ type: fc.constant("crash" as const), atMs, on, restartAfterMs: forMs }),
    fc.record({ type: fc.constant("stop" as const), atMs, on }),
    fc.record({ type: fc.constant("pause" as const), atMs, on, forMs, clockStops: fc.boolean() }),
    fc.record({
      type: fc.constant("drift" as const),
      atMs,
      on,
      forMs,
      rate: fc.constantFrom(0.5, 0.95, 1.5),
    }),
    fc.record({
      type: fc.constant("stepClock" as const),
      atMs,
      on,
      byMs: fc.integer({ min: -60_000, max: 60_000 }),
    }),
    fc.record({
      type: fc.constant("partition" as const),
      atMs,
      on,
      forMs,
      direction: fc.constantFrom("both" as const, "toEtcd" as const, "fromEtcd" as const),
    }),
    fc.record({ type: fc.constant("changeLeader" as const), atMs, forMs }),
    fc.record({ type: fc.constant("stall" as const), atMs, forMs }),
    fc.record({ type: fc.constant("restart" as const), atMs, forMs }),
    fc.record({ type: fc.constant("compact" as const), atMs, keep: fc.integer({ min: 0, max: 9 }) }),
    fc.record({
      type: fc.constant("deleteKey" as const),
      atMs,
      on,
      key: fc.constantFrom("active" as const, "session" as const),
    }),
  ];
  return fc.oneof(...all).filter(({ type }) => kinds === undefined || kinds.includes(type));
}
