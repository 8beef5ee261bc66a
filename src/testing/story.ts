/** What happened to programs, line by line: what they said and claimed, what stands in etcd, what went wrong. */
import { fromBytes } from "../../models/bytes.ts";
import type { Observation } from "../../models/observation.ts";
import { tellTrouble } from "../reading/troubles.ts";
import { faultBegins, faultEnds } from "../simulation/fault-words.ts";
import { nameOfNode } from "../simulation/names.ts";
import { processesOf, type Scenario } from "../simulation/scenario.ts";
import { seconds } from "../words/seconds.ts";
import { quote } from "../words/shown.ts";

const MOST_LINES = 40;

/** The lines of a story, the last ones where there are many. */
export function tellProgramStory(
  scenario: Scenario,
  observations: readonly Observation[],
  untilMs: number,
): string[] {
  const width = Math.max(4, ...processesOf(scenario).map(({ name }) => name.length));
  const lines = observations.flatMap((observation) => {
    if (observation.at > untilMs) return [];
    const text = textOf(observation, scenario);
    if (text === undefined) return [];
    const who = observation.type === "change" || !("node" in observation) ? -1 : observation.node;
    return [`${seconds(observation.at).padStart(11)}  ${nameOfNode(scenario, who).padEnd(width)}  ${text}`];
  });
  const left = lines.length - MOST_LINES;
  return left <= 0 ? lines : [`  … ${left} lines before`, ...lines.slice(left)];
}

function textOf(observation: Observation, scenario: Scenario): string | undefined {
  switch (observation.type) {
    case "started":
      return "begins";
    case "ended":
      return observation.cause === "crash" ? "dies" : "ends";
    case "note":
      return observation.text;
    case "claim": {
      const { role, token, until } = observation;
      const end = until === Number.POSITIVE_INFINITY ? "" : ` until ${seconds(until)}`;
      return `claims ${quote(role)}${token > 0 ? ` with token ${token}` : ""}${end}`;
    }
    case "claimEnded":
      return `claims ${quote(observation.role)} no more`;
    case "change": {
      const { cause, event, node } = observation;
      const key = quote(fromBytes(event.kv.key));
      if (event.type === "PUT")
        return `revision ${event.kv.modRevision}: ${key} = ${quote(fromBytes(event.kv.value))}, by ${nameOfNode(scenario, node)}`;
      const why =
        cause === "expiry"
          ? "its lease ran out"
          : cause === "revoke"
            ? "its lease was revoked"
            : `by ${nameOfNode(scenario, node)}`;
      return `revision ${event.kv.modRevision}: ${key} deleted, ${why}`;
    }
    case "message":
      return tellTrouble(observation);
    case "fault": {
      const fault = scenario.faults[observation.index];
      if (fault === undefined) return undefined;
      return observation.phase === "begins" ? `fault: ${faultBegins(fault)}` : faultEnds(fault, false, []);
    }
    case "milestone":
    case "unseen":
    case "written":
    case "request":
    case "end":
      return undefined;
  }
}
