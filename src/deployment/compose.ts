/** A docker-compose file: services that run a coordinator, and the environment that turns active-standby on. */
import { mappingOf, readDeployment, setTtl, truth, wholeNumber } from "./deployment.ts";
import type { DeploymentReading, Gathered, Mapping } from "./deployment.ts";
import { KINDS, plainKey, roleOf } from "./roles.ts";

export function readCompose(text: string): DeploymentReading {
  return readDeployment(text, gather);
}

/** One service that runs a coordinator. */
interface Service {
  readonly path: readonly string[];
  readonly role: string;
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

function gatherRole(role: string, services: readonly Service[], into: Gathered): void {
  const own = services.filter((one) => one.role === role);
  const count = own.reduce((sum, one) => sum + one.count, 0);
  const off = own.find(({ activeStandby }) => !activeStandby);
  if (count > 1 && off !== undefined) {
    const variable = `${role.replace("coord", "_coord").toUpperCase()}_ENABLE_ACTIVE_STANDBY`;
    into.problems.push({
      path: off.path,
      key: true,
      what: `${count} coordinators run as ${role}, but active-standby is off in this one: whoever comes second finds the role taken, gives up and is started again for ever`,
      remedy: `add ${variable}: true to its environment`,
    });
  }
  own.forEach(({ address, path }, at) => {
    if (address === undefined || own.findIndex((one) => one.address === address) === at) return;
    into.warnings.push({
      path: [...path, "environment"],
      what: `the address ${address} is another ${role}'s too: clients could not tell them apart`,
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
  const environment = environmentOf(service["environment"]);
  setTtl(environment.get("commonsessionttl"), [...path, "environment"], into);
  const deploy = mappingOf(service["deploy"]);
  const count = wholeNumber(service["scale"] ?? deploy["replicas"] ?? 1, path, 0, into) ?? 0;
  return KINDS.filter((kind) => words.includes(roleOf(kind)) || words.includes(`-${roleOf(kind)}`))
    .filter(() => count > 0)
    .map((kind) => ({
      path,
      role: roleOf(kind),
      count,
      activeStandby:
        truth(environment.get(`${kind}coordenableactivestandby`), [...path, "environment"], into) === true,
      address: text(environment.get(`${kind}coordaddress`)),
    }));
}

/** A mapping, or a list of `NAME=value`; names as Milvus compares them. */
function environmentOf(given: unknown): ReadonlyMap<string, unknown> {
  const entries = Array.isArray(given)
    ? given.map((line) => {
        const [, name = "", value = ""] = /^([^=]*)=?(.*)$/su.exec(String(line)) ?? [];
        return [name, value] as const;
      })
    : Object.entries(mappingOf(given));
  return new Map(entries.map(([name, value]) => [plainKey(name), value]));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
