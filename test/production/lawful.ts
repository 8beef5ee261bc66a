/** What every run on real parts must show in the end. */
import { expect } from "vitest";
import type { Stage } from "./stage.ts";
import type { Writer } from "./writer.ts";

/** No promise is broken, each recording follows the chart, and `properties` were judged too. */
export function expectLawful(stage: Stage, ...properties: string[]): void {
  const { faults, judged, steps } = stage.judge();
  expect(faults).toEqual([]);
  expect(judged).toEqual(expect.arrayContaining(["fencing", "one-key-holder", "unique-ids", ...properties]));
  expect(steps).toBeGreaterThan(5);
}

/** Ends the writing; whoever is active has everything that was acknowledged. */
export async function expectNothingLost(stage: Stage, writer: Writer): Promise<void> {
  await writer.stop();
  const answer = await stage.at(await stage.active()).ask("/collections");
  const listed = new Set(answer?.body["collections"] as string[]);
  expect(writer.acknowledged.filter(({ name }) => !listed.has(name))).toEqual([]);
}
