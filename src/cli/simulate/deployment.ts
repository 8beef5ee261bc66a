/** `leasehold simulate --helm | --compose | --milvus`: a deployment's own files, checked and run. */
import { basename } from "node:path";
import { DEFAULT_TTL_SECONDS } from "../../../models/timing.ts";
import { readCompose } from "../../deployment/compose.ts";
import { scenarioOf, type Deployment, type DeploymentReading } from "../../deployment/deployment.ts";
import { readHelmValues } from "../../deployment/helm.ts";
import { readMilvusYaml } from "../../deployment/milvus-yaml.ts";
import { listed, suggest } from "../../scenario-file/nearest.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { renderProblems } from "../story/render-problems.ts";
import { readText } from "../base/text-input.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";

const READERS: Readonly<Record<string, (text: string) => DeploymentReading>> = {
  helm: readHelmValues,
  compose: readCompose,
  milvus: readMilvusYaml,
};

export interface DeploymentFlags {
  readonly helm?: string;
  readonly compose?: string;
  readonly milvus?: string;
  readonly role?: string;
}

const MORE = "docs/deploying.md says more";

const FORMS = ["helm", "compose", "milvus"] as const;

/** The form that is asked for, if any. */
export function deploymentIn(flags: DeploymentFlags): (typeof FORMS)[number] | undefined {
  const given = FORMS.filter((form) => flags[form] !== undefined);
  if (given.length > 1) {
    const names = given.map((form) => `--${form}`);
    throw new UserError({ what: `${listed(names, "and")} are two deployments`, remedy: "give one of them" });
  }
  return given[0];
}

/** The scenario, and what to say before it; undefined: the file is faulty, and why was told. */
export function chooseDeployment(
  form: (typeof FORMS)[number],
  flags: DeploymentFlags,
  terminal: Terminal,
): { scenario: Scenario; look: string } | undefined {
  const file = flags[form] ?? "";
  const text = readText(file, "name the file that the deployment is made with");
  const reading = READERS[form]?.(text);
  if (reading === undefined || reading.type === "faulty") {
    terminal.err(renderProblems(file, text, reading?.problems ?? [], terminal.paintErr, MORE));
    return undefined;
  }
  if (reading.warnings.length > 0)
    terminal.err(renderProblems(file, text, reading.warnings, terminal.paintErr, `to be mended; ${MORE}`));
  const deployment = only(flags.role, reading.deployment);
  return { scenario: scenarioOf(deployment, basename(file)), look: describe(deployment) };
}

function only(role: string | undefined, deployment: Deployment): Deployment {
  if (role === undefined) return deployment;
  const pools = deployment.pools.filter((pool) => pool.role === role);
  if (pools.length > 0) return { ...deployment, pools };
  const roles = deployment.pools.map((pool) => pool.role);
  throw new UserError({ where: "--role", what: `the file deploys no ${role}`, remedy: suggest(role, roles) });
}

function describe({ pools, ttlSeconds }: Deployment): string {
  const lines = pools.map(
    ({ activeStandby, count, role }) =>
      `  ${count} ${role}, active-standby ${activeStandby ? "on" : "off"}${count === 1 && activeStandby ? " (and nobody to stand by)" : ""}`,
  );
  const ttl =
    ttlSeconds === undefined
      ? `  session TTL ${DEFAULT_TTL_SECONDS} s, the default: the file says nothing of it`
      : `  session TTL ${ttlSeconds} s`;
  return ["The file deploys", ...lines, ttl].join("\n");
}
