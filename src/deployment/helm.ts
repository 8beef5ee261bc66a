/**
 * Helm's values.yaml. The rule that the chart states and does not check: more than one replica only with active-standby,
 * else the second one finds the role taken, gives up, and is started again for ever (milvus issue #28063).
 */
import { parse } from "yaml";
import { mappingOf, readDeployment, setTtl, truth, wholeNumber } from "./deployment.ts";
import type { DeploymentReading, Gathered, Mapping } from "./deployment.ts";
import { KINDS, roleOf } from "./roles.ts";

export function readHelmValues(text: string): DeploymentReading {
  return readDeployment(text, gather);
}

function gather(values: Mapping, into: Gathered): void {
  const mix = mappingOf(values["mixCoordinator"]);
  const mixPath = ["mixCoordinator", "activeStandby", "enabled"];
  // The chart turns it on for the coordinators inside a mixed one too (milvus-helm 4.1.1, issue #14).
  const mixed = mix["enabled"] !== false && truth(standbyOf(mix), mixPath, into) === true;
  for (const kind of KINDS) {
    const name = `${kind}Coordinator`;
    if (values[name] === undefined) continue;
    const given = mappingOf(values[name]);
    if (truth(given["enabled"], [name, "enabled"], into) === false) continue;
    const own =
      kind === "mix" ? mixed : truth(standbyOf(given), [name, "activeStandby", "enabled"], into) === true;
    const activeStandby = own || mixed;
    const count = wholeNumber(given["replicas"] ?? 1, [name, "replicas"], 0, into);
    if (count === undefined || count === 0) continue;
    if (count > 1 && !activeStandby)
      into.problems.push({
        path: [name, "replicas"],
        what: `${count} replicas of ${roleOf(kind)}, but active-standby is off: the second finds the role taken, gives up and is started again for ever`,
        remedy: `set ${name}.activeStandby.enabled to true, or replicas to 1`,
      });
    into.pools.push({ role: roleOf(kind), count, activeStandby });
  }
  readUserFile(values, into);
}

function standbyOf(coordinator: Mapping): unknown {
  return mappingOf(coordinator["activeStandby"])["enabled"];
}

/** `extraConfigFiles."user.yaml"` is milvus.yaml's text inside the values: the chart has no TTL of its own. */
function readUserFile(values: Mapping, into: Gathered): void {
  const text = mappingOf(values["extraConfigFiles"])["user.yaml"];
  if (typeof text !== "string") return;
  const path = ["extraConfigFiles", "user.yaml"];
  try {
    const session = mappingOf(mappingOf(mappingOf(parse(text))["common"])["session"]);
    setTtl(session["ttl"], path, into);
  } catch {
    into.problems.push({
      path,
      what: "this text is no YAML",
      remedy: "correct it: Milvus would not start with it",
    });
  }
}
