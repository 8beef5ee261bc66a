/**
 * Helm's values.yaml. The rule that the chart states and does not check: more than one replica only with active-standby,
 * else the second one finds the role taken, gives up, and is restarted for ever (milvus issue #28063).
 */
import { parse } from "yaml";
import { yamlConfig, type ConfigEntry } from "./config.ts";
import { mappingOf, readDeployment, setTtl, TAKEN_ROLE, truthAt, wholeNumberAt } from "./deployment.ts";
import type { DeploymentReading, Gathered, Mapping } from "./deployment.ts";
import { MILVUS_ROLE_NAMES, MILVUS_ROLES } from "./roles.ts";

export function readHelmValues(text: string): DeploymentReading {
  return readDeployment(text, gather);
}

function gather(values: Mapping, into: Gathered): void {
  const mix = mappingOf(values["mixCoordinator"]);
  const mixPath = ["mixCoordinator", "activeStandby", "enabled"];
  // The chart turns it on for the coordinators inside a mixed one too (milvus-helm 4.1.1, issue #14).
  const mixed = mix["enabled"] !== false && truthAt(standbyOf(mix), mixPath, into) === true;
  for (const role of MILVUS_ROLE_NAMES) {
    const { helmBlock } = MILVUS_ROLES[role];
    if (values[helmBlock] === undefined) continue;
    const given = mappingOf(values[helmBlock]);
    if (truthAt(given["enabled"], [helmBlock, "enabled"], into) === false) continue;
    const own =
      role === "mixcoord"
        ? mixed
        : truthAt(standbyOf(given), [helmBlock, "activeStandby", "enabled"], into) === true;
    const activeStandby = own || mixed;
    const count = wholeNumberAt(given["replicas"] ?? 1, [helmBlock, "replicas"], 0, into);
    if (count === undefined || count === 0) continue;
    if (count > 1 && !activeStandby)
      into.problems.push({
        path: [helmBlock, "replicas"],
        what: `${count} replicas of ${role}, but active-standby is off: ${TAKEN_ROLE}`,
        remedy: `set ${helmBlock}.activeStandby.enabled to true, or replicas to 1`,
      });
    into.pools.push({ role, count, activeStandby });
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
    const config = yamlConfig(parse(text));
    const inside = (entry: ConfigEntry): ConfigEntry => ({ ...entry, path });
    setTtl(new Map([...config].map(([form, entries]) => [form, entries.map(inside)])), into);
  } catch {
    into.problems.push({
      path,
      what: "the text is not valid YAML",
      remedy: "correct it: Milvus would not start",
    });
  }
}
