/** What a learner has done outlives the command, a damaged file, and a folder that cannot be written. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetProgress, loadProgress, progressFile, saveProgress } from "../../src/cli/teach/progress.ts";
import {
  notePassed,
  notePrediction,
  readProgress,
  writeProgress,
  type LessonProgress,
  type LearnerProgress,
} from "../../src/teach/progress.ts";

const some: LearnerProgress = new Map([
  ["alone", { predicted: true, passedAfter: 2 }],
  ["two", { predicted: false }],
]);

describe("progress", () => {
  it("is read back as it was written", () => {
    expect(readProgress(writeProgress(some))).toEqual(some);
  });

  it("keeps the first prediction and the best attempt", () => {
    const once = notePassed(notePrediction(new Map(), "alone", false), "alone", 3);
    expect(once.get("alone")).toEqual({ predicted: false, passedAfter: 3 });
    const again = notePassed(notePassed(notePrediction(once, "alone", true), "alone", 1), "alone", 4);
    expect(again.get("alone")).toEqual({ predicted: false, passedAfter: 1 });
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "7",
    '{"schemaVersion": 2, "lessons": {}}',
    '{"schemaVersion": 1}',
    '{"schemaVersion": 1, "lessons": []}',
  ])("is none in %j", (text) => {
    expect(readProgress(text)).toBeUndefined();
  });

  it("leaves out what makes no sense in it", () => {
    const text =
      '{"schemaVersion":1,"lessons":{"alone":{"passedAfter":-1,"predicted":"yes"},"two":7,"lease":{"passedAfter":1.5}}}';
    expect(readProgress(text)).toEqual(
      new Map([
        ["alone", {}],
        ["lease", { passedAfter: 1 }],
      ]),
    );
  });
});

describe("the file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "leasehold-teach-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lies in the state folder of the XDG specification", () => {
    expect(progressFile({ XDG_STATE_HOME: "/s", HOME: "/h" })).toBe("/s/leasehold/teach.json");
    expect(progressFile({ XDG_STATE_HOME: "relative", HOME: "/h" })).toBe(
      "/h/.local/state/leasehold/teach.json",
    );
    expect(progressFile({ XDG_STATE_HOME: "", HOME: "/h" })).toBe("/h/.local/state/leasehold/teach.json");
  });

  it("is made with its folders, written whole, read back and forgotten", () => {
    const file = join(folder, "a", "b", "teach.json");
    expect(loadProgress(file)).toEqual({ progress: new Map() });
    expect(saveProgress(file, some)).toBeUndefined();
    expect(readdirSync(join(folder, "a", "b"))).toEqual(["teach.json"]);
    expect(loadProgress(file)).toEqual({ progress: some });
    forgetProgress(file);
    forgetProgress(file);
    expect(existsSync(file)).toBe(false);
  });

  it("keeps what another terminal has noted meanwhile", () => {
    const file = join(folder, "teach.json");
    saveProgress(file, new Map([["alone", { predicted: true, passedAfter: 3 }]]));
    saveProgress(
      file,
      new Map([
        ["alone", { passedAfter: 2 }],
        ["lease", { predicted: false }],
      ]),
    );
    expect(loadProgress(file).progress).toEqual(
      new Map<string, LessonProgress>([
        ["alone", { predicted: true, passedAfter: 2 }],
        ["lease", { predicted: false }],
      ]),
    );
  });

  it("is put aside when it is damaged, and said to be", () => {
    const file = join(folder, "teach.json");
    writeFileSync(file, '{"schemaVersion": 1, "les');
    const { notice, progress } = loadProgress(file);
    expect(progress).toEqual(new Map());
    expect(notice).toContain("was damaged; it lies at");
    expect(readFileSync(`${file}.damaged`, "utf8")).toContain('"les');
    expect(loadProgress(file)).toEqual({ progress: new Map() });
  });

  it("that cannot be read or written spoils nothing", () => {
    const file = join(folder, "teach.json");
    mkdirSync(file);
    expect(loadProgress(file)).toMatchObject({
      progress: new Map(),
      notice: expect.stringContaining("cannot be read") as string,
    });
    expect(saveProgress(file, some)).toContain("progress is not kept: ");
    expect(readdirSync(folder)).toEqual(["teach.json"]);
  });
});
