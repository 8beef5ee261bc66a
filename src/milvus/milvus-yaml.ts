/** milvus.yaml: which roles stand by, and the session TTL. How many processes read it, it does not say. */
import { keyForm, yamlConfig } from "./config.ts";
import { readDeployment, readKey, setTtl } from "./deployment.ts";
import type { DeploymentReading, Gathered, Mapping } from "./deployment.ts";
import { activeStandbyKey } from "./keys.ts";
import { MILVUS_ROLE_NAMES, MILVUS_ROLES } from "./roles.ts";

/** With active-standby on there are `count` coordinators of a role, without it one. */
export function readMilvusYaml(text: string, count = 2): DeploymentReading {
  return readDeployment(text, (document, into) => gather(document, count, into));
}

function gather(document: Mapping, count: number, into: Gathered): void {
  const config = yamlConfig(document);
  const sections = new Set(Object.keys(document).map((name) => keyForm(name.split(".")[0] ?? name)));
  for (const role of MILVUS_ROLE_NAMES) {
    if (!sections.has(keyForm(MILVUS_ROLES[role].section))) continue;
    const activeStandby = readKey(config, activeStandbyKey(role), into) ?? false;
    into.pools.push({ role, count: activeStandby ? count : 1, activeStandby });
  }
  setTtl(config, into);
}
