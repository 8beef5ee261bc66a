/** Somebody who writes over the active key is seen, however the session in it is printed; and whoever is not named is not taken for its holder. */
import { expect, it } from "vitest";
import { Evidence } from "../../src/evidence/evidence.ts";
import { judgeEvidence } from "../../src/evidence/promises.ts";

const KEY = "by-dev/meta/session/rootcoord";
const CREATED = [4, 4, 1] as const;
const OVERWRITTEN = [9, 4, 2] as const;
const CREATED_ANEW = [12, 12, 1] as const;

type Line = readonly [
  revisions: readonly [modified: number, created: number, version: number],
  value: string,
];

function kvOf([[modified, created, version], value]: Line) {
  return {
    key: Buffer.from(KEY).toString("base64"),
    mod_revision: modified,
    create_revision: created,
    version,
    value: Buffer.from(value).toString("base64"),
  };
}

function watched(line: Line): string {
  return JSON.stringify({ Header: { revision: line[0][0] }, Events: [{ kv: kvOf(line) }] });
}

function audited(line: Line): string {
  const get = { header: { revision: 90 }, kvs: [kvOf(line)], count: 1 };
  return JSON.stringify({ rev: line[0][0], prefix: "by-dev/meta", get });
}

function verdictOf(lines: readonly string[]) {
  const evidence = new Evidence();
  for (const [at, text] of lines.entries()) evidence.line("w.jsonl", at + 1, text);
  return judgeEvidence(evidence.sources).find(({ property }) => property === "one-key-holder");
}

const dense = (id: number): string => `{"ServerID":${id},"ServerName":"rootcoord"}`;
const spaced = (id: number): string => `{"ServerID": ${id}, "ServerName": "rootcoord"}`;
const lined = (id: number): string => `{\n  "ServerID" : ${id}\n}`;

it.each([dense, spaced, lined])(
  "another session in the key is a violation, its two lines the proof",
  (by) => {
    const stolen: Line[] = [
      [CREATED, by(1)],
      [OVERWRITTEN, by(2)],
    ];
    const found = {
      type: "violated",
      kind: "active-key-overwritten",
      facts: { key: KEY, version: 2 },
      lines: [
        { file: "w.jsonl", line: 1 },
        { file: "w.jsonl", line: 2 },
      ],
    };
    expect(verdictOf(stolen.map(watched))).toMatchObject(found);
    expect(verdictOf(stolen.map(audited))).toMatchObject(found);
    expect(verdictOf([...stolen, [CREATED_ANEW, by(3)] as const].map(watched))).toMatchObject(found);
  },
);

it("its holder may write it again", () => {
  const before: Line[] = [
    [CREATED, spaced(1)],
    [OVERWRITTEN, spaced(1)],
  ];
  const deleted = JSON.stringify({
    Header: { revision: 10 },
    Events: [{ type: 1, kv: { key: Buffer.from(KEY).toString("base64"), mod_revision: 10 } }],
  });
  const anew = watched([CREATED_ANEW, spaced(2)]);
  expect(verdictOf([...before.map(watched), deleted, anew])).toMatchObject({ type: "held" });
  // It was created anew without being deleted: a line is missing, and what else is nobody knows.
  expect(verdictOf([...before.map(watched), anew])).toMatchObject({ type: "cannot be told" });
});

it("a hand-over is not held beside an overwriting that names nobody", () => {
  const lines: Line[] = [
    [CREATED, spaced(1)],
    [OVERWRITTEN, "mine"],
    [CREATED_ANEW, spaced(2)],
  ];
  expect(verdictOf(lines.map(watched))).toMatchObject({ type: "cannot be told" });
});
