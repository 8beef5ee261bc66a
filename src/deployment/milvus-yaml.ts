/** milvus.yaml: which roles stand by, and the session TTL. How many processes read it, it does not say. */
import { mappingOf, readDeployment, setTtl, truth } from "./deployment.ts";
import type { DeploymentReading, Gathered, Mapping } from "./deployment.ts";
import { KINDS, roleOf } from "./roles.ts";

/** With active-standby on there are `count` coordinators of a role, without it one. */
export function readMilvusYaml(text: string, count = 2): DeploymentReading {
  return readDeployment(text, (document, into) => gather(document, count, into));
}

function gather(document: Mapping, count: number, into: Gathered): void {
  for (const kind of KINDS) {
    const name = `${kind}Coord`;
    if (document[name] === undefined) continue;
    const given = mappingOf(document[name]);
    const code = truth(given["enableActiveStandby"], [name, "enableActiveStandby"], into);
    const path = [name, "activeStandby", "enabled"];
    const page = truth(mappingOf(given["activeStandby"])["enabled"], path, into);
    if (page !== undefined && code === undefined)
      into.warnings.push({
        path,
        what: "the page's name for it; Milvus itself passes over it without a word (milvus issue #45019)",
        remedy: `write ${name}.enableActiveStandby: ${String(page)} for Milvus`,
      });
    if (page !== undefined && code !== undefined && page !== code)
      into.problems.push({
        path,
        what: `says ${String(page)}, and enableActiveStandby says ${String(code)}`,
        remedy: "keep enableActiveStandby, which Milvus reads, and remove this one",
      });
    const activeStandby = code ?? page ?? false;
    into.pools.push({ role: roleOf(kind), count: activeStandby ? count : 1, activeStandby });
  }
  setTtl(mappingOf(mappingOf(document["common"])["session"])["ttl"], ["common", "session", "ttl"], into);
}
