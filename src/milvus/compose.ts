/** A docker-compose file: services that run a coordinator, and the environment that turns active-standby on. */
import { configOf, scalarText, type Config, type ConfigEntry } from "./config.ts";
import { mappingOf, readDeployment, readKey, setTtl, TAKEN_ROLE, wholeNumberAt } from "./deployment.ts";
import type { DeploymentReading, Gathered, Mapping } from "./deployment.ts";
import { activeStandbyKey, addressKey, environmentName } from "./keys.ts";
import { MILVUS_ROLE_NAMES, type MilvusRoleName } from "./roles.ts";

export function readCompose(text: string): DeploymentReading {
  return readDeployment(text, gather);
}

/** One service that runs a coordinator. */
interface Service {
  readonly path: readonly string[];
  readonly role: MilvusRoleName;
  readonly count: number;
  readonly activeStandby: boolean;
  readonly address: string | undefined;
}

function gather(document: Mapping, into: Gathered): void {
  // A part of a file, as the page shows it, has its services at the top.
  const nested = document["services"] !== undefined;
  const services = mappingOf(nested ? document["services"] : document);
  const found: Service[] = Object.entries(services).flatMap(([name, service]) =>
    readService(mappingOf(service), nested ? ["services", name] : [name], into),
  );
  for (const role of new Set(found.map((one) => one.role))) gatherRole(role, found, into);
}

function gatherRole(role: MilvusRoleName, services: readonly Service[], into: Gathered): void {
  const own = services.filter((one) => one.role === role);
  const count = own.reduce((sum, one) => sum + one.count, 0);
  const off = own.find(({ activeStandby }) => !activeStandby);
  if (count > 1 && off !== undefined) {
    const variable = environmentName(activeStandbyKey(role).names[0]?.name ?? "");
    into.problems.push({
      path: off.path,
      key: true,
      what: `${count} coordinators run as ${role}, but active-standby is off in this one: ${TAKEN_ROLE}`,
      remedy: `add ${variable}: true to its environment`,
    });
  }
  own.forEach(({ address, path }, at) => {
    if (address === undefined || own.findIndex((one) => one.address === address) === at) return;
    into.warnings.push({
      path: [...path, "environment"],
      what: `another ${role} has the address ${address} too: clients could not tell them apart`,
      remedy: "give each service its own name as address",
    });
  });
  into.pools.push({ role, count, activeStandby: off === undefined });
}

function readService(service: Mapping, path: readonly string[], into: Gathered): Service[] {
  const { command } = service;
  const words = Array.isArray(command)
    ? command.map(String)
    : typeof command === "string"
      ? command.split(/\s+/u)
      : [];
  const config = environmentIn(service["environment"], [...path, "environment"]);
  setTtl(config, into);
  const deploy = mappingOf(service["deploy"]);
  const count = wholeNumberAt(service["scale"] ?? deploy["replicas"] ?? 1, path, 0, into) ?? 0;
  return MILVUS_ROLE_NAMES.filter((role) => words.includes(role) || words.includes(`-${role}`))
    .filter(() => count > 0)
    .map((role) => ({
      path,
      role,
      count,
      activeStandby: readKey(config, activeStandbyKey(role), into) === true,
      address: readKey(config, addressKey(role), into),
    }));
}

/** A mapping, or a list of `NAME=value`; a name alone takes its value from whoever runs compose, and is not set here. */
function environmentIn(given: unknown, path: readonly PropertyKey[]): Config {
  const entries: ConfigEntry[] = Array.isArray(given)
    ? given.map((line, at) => {
        const [, name = "", text = ""] = /^([^=]*)=?(.*)$/su.exec(String(line)) ?? [];
        return { name, text, path: [...path, at] };
      })
    : Object.entries(mappingOf(given)).map(([name, value]) => ({
        name,
        text: value === null ? "" : scalarText(value),
        path: [...path, name],
      }));
  return configOf(entries);
}
