/**
 * Why a violation is one, without whom, when and how much: two cases that fail for one reason may become one story.
 */
import type { Scenario } from "../../src/simulation/scenario.ts";
import type { Violation } from "../property.ts";

/** Equal texts: the same reason. Only the story's first line counts; what follows it is detail. */
export function reasonOf({ story }: Pick<Violation, "story">, { coordinators }: Scenario): string {
  const names = coordinators.map(({ name }) => name).sort((left, right) => right.length - left.length);
  let text = story.split("\n", 1)[0] ?? "";
  for (const name of names) text = text.replaceAll(name, "·");
  return text.replace(/·(?:(?:, | and | or )·)+/gu, "·").replace(/-?\d+(?:\.\d+)?/gu, "#");
}
