/** `leasehold simulate --helm | --compose | --milvus`: a deployment's own files, checked and run. */
import { basename } from "node:path";
import { DEFAULT_TTL_SECONDS } from "../../../models/timing.ts";
import { readCompose } from "../../milvus/compose.ts";
import { scenarioOf, type Deployment, type DeploymentReading } from "../../milvus/deployment.ts";
import { readHelmValues } from "../../milvus/helm.ts";
import { readMilvusYaml } from "../../milvus/milvus-yaml.ts";
import { suggest } from "../../scenario-file/nearest.ts";
import type { Scenario } from "../../simulation/scenario.ts";
import { renderProblems } from "../story/render-problems.ts";
import { readText } from "../base/text-input.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import type { SimulateFlags } from "./flags.ts";

const READERS = { helm: readHelmValues, compose: readCompose, milvus: readMilvusYaml };

const MORE = "docs/deploying.md says more";

/** A deployment's file, and the flag that named it. */
export interface DeploymentFile {
  readonly form: keyof typeof READERS;
  readonly file: string;
}

/** The deployment that is asked for, if any; the flags exclude each other. */
export function deploymentIn({ compose, helm, milvus }: SimulateFlags): DeploymentFile | undefined {
  if (helm !== undefined) return { form: "helm", file: helm };
  if (compose !== undefined) return { form: "compose", file: compose };
  return milvus === undefined ? undefined : { form: "milvus", file: milvus };
}

/** The scenario, and what to say before it; undefined: the file is faulty, and why was told. */
export function chooseDeployment(
  { file, form }: DeploymentFile,
  { role }: SimulateFlags,
  terminal: Terminal,
): { scenario: Scenario; look: string } | undefined {
  const text = readText(file, "name the file that Milvus is deployed with");
  const reading: DeploymentReading = READERS[form](text);
  if (reading.type === "faulty") {
    terminal.err(renderProblems(file, text, reading.problems, terminal.paintErr, MORE));
    return undefined;
  }
  if (reading.warnings.length > 0)
    terminal.err(renderProblems(file, text, reading.warnings, terminal.paintErr, `warnings only; ${MORE}`));
  const deployment = only(role, reading.deployment);
  return { scenario: scenarioOf(deployment, basename(file)), look: describe(deployment) };
}

function only(role: string | undefined, deployment: Deployment): Deployment {
  if (role === undefined) return deployment;
  const pools = deployment.pools.filter((pool) => pool.role === role);
  if (pools.length > 0) return { ...deployment, pools };
  const roles = deployment.pools.map((pool) => pool.role);
  throw new UserError({
    where: "--role",
    what: `the file does not deploy ${role}`,
    remedy: suggest(role, roles),
  });
}

function describe({ pools, ttlSeconds }: Deployment): string {
  const lines = pools.map(
    ({ activeStandby, count, role }) =>
      `  ${count} ${role}, active-standby ${activeStandby ? "on" : "off"}${count === 1 && activeStandby ? " (but only one)" : ""}`,
  );
  const ttl =
    ttlSeconds === undefined
      ? `  session TTL ${DEFAULT_TTL_SECONDS} s, the default: the file does not set it`
      : `  session TTL ${ttlSeconds} s`;
  return ["The file deploys", ...lines, ttl].join("\n");
}
