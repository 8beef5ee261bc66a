/** The manifests: by Kubernetes' own declarations, against each other, and against what the coordinator takes and answers. */
import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { ConfigMap, Container, Probe, Service } from "kubernetes-types/core/v1.d.ts";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.d.ts";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { listFiles, readProjectFile } from "../helpers/repository.ts";
import { activationLimitSeconds, settingsOf, unused } from "./product.ts";
import { typeFaults } from "./typed.ts";

const FOLDER = "deploy/kubernetes";
const read = (name: string): unknown => parse(readProjectFile(`${FOLDER}/${name}`));
const deployment = read("deployment.yaml") as Deployment;
const settings = read("settings.yaml") as ConfigMap;
const service = read("service.yaml") as Service;
const budget = read("disruption-budget.yaml") as PodDisruptionBudget;

const pod = deployment.spec?.template;
const container = pod?.spec?.containers[0] as Container;
const environment: Record<string, string> = {
  ...settings.data,
  LEASEHOLD_TOKEN: "0123456789abcdef",
};
const args = (container.args ?? []).map((arg) => arg.replace("$(POD_IP)", "10.1.2.3"));

/** How long a probe fails before something is done, seconds; what is not said is Kubernetes' default. */
const patienceOf = ({ failureThreshold = 3, periodSeconds = 10 }: Probe) => failureThreshold * periodSeconds;

const DEPLOYMENT = {
  name: "deployment",
  value: deployment,
  type: "Deployment",
  from: "kubernetes-types/apps/v1.d.ts",
};
const TYPES = [
  DEPLOYMENT,
  { name: "settings", value: settings, type: "ConfigMap", from: "kubernetes-types/core/v1.d.ts" },
  { name: "service", value: service, type: "Service", from: "kubernetes-types/core/v1.d.ts" },
  { name: "budget", value: budget, type: "PodDisruptionBudget", from: "kubernetes-types/policy/v1.d.ts" },
];

describe("the manifests", () => {
  it("are of the kinds that they say, by Kubernetes' declarations", () => {
    expect(typeFaults(TYPES)).toEqual([]);
    const misspelt = JSON.parse(
      JSON.stringify(deployment).replace("livenessProbe", "livelinessProbe"),
    ) as unknown;
    expect(typeFaults([{ ...DEPLOYMENT, value: misspelt }]).join()).toContain("livelinessProbe");
  });

  it("are all named by the kustomization", () => {
    const { resources } = read("kustomization.yaml") as { resources: string[] };
    expect([...resources, "kustomization.yaml"].toSorted()).toEqual(
      listFiles(FOLDER).map((file) => file.slice(FOLDER.length + 1)),
    );
  });

  it("mean the same pods", () => {
    const labels = pod?.metadata?.labels;
    expect(labels).toBeDefined();
    expect(deployment.spec?.selector.matchLabels).toEqual(labels);
    expect(service.spec?.selector).toEqual(labels);
    expect(budget.spec?.selector?.matchLabels).toEqual(labels);
    expect(pod?.spec?.topologySpreadConstraints?.[0]?.labelSelector?.matchLabels).toEqual(labels);
  });

  it("give the coordinator nothing that it does not take", () => {
    expect(unused(args, environment)).toEqual([]);
    expect(unused(args, { ...environment, COMMON_SESION_TTL: "20" })).toEqual([
      "environment COMMON_SESION_TTL",
    ]);
    expect(() => settingsOf([...args, "--activ-standby"], environment)).toThrow("--activ-standby");
  });

  it("name ports and mounted files that are there", () => {
    const shown = new Map(settingsOf(args, environment).map(({ name, value }) => [name, value]));
    const ports = new Map(container.ports?.map(({ containerPort, name }) => [name, containerPort]));
    expect(ports.get("catalogue")).toBe(Number(shown.get("port")));
    expect(shown.get("adminAddress")).toBe(`0.0.0.0:${ports.get("admin")}`);
    expect(service.spec?.ports?.map(({ port, targetPort }) => [targetPort, port])).toEqual([...ports]);
    const [mount] = container.volumeMounts ?? [];
    expect(pod?.spec?.volumes?.map(({ name }) => name)).toEqual([mount?.name]);
    for (const name of ["tlsCa", "tlsCert", "tlsKey"])
      expect(shown.get(name)?.startsWith(`${mount?.mountPath}/`)).toBe(true);
  });
});

describe("the probes", () => {
  const { livenessProbe, readinessProbe } = container as Required<Container>;

  it("ask what is answered, where it is answered", () => {
    for (const probe of [livenessProbe, readinessProbe])
      expect([probe.httpGet?.path, probe.httpGet?.port]).toEqual(["/healthz", "admin"]);
    expect(readProjectFile("docs/production.md")).toContain("`GET /healthz`");
  });

  it("never kill who activates: their patience is longer than the activation limit", () => {
    const limit = activationLimitSeconds(settingsOf(args, environment));
    expect(limit).toBe(60);
    expect(activationLimitSeconds(settingsOf([...args, "--activation-limit=90s"], environment))).toBe(90);
    expect(patienceOf(livenessProbe)).toBeGreaterThan(limit);
  });

  it("take who hangs out of service before they restart it", () => {
    expect(patienceOf(readinessProbe)).toBeLessThan(patienceOf(livenessProbe));
    expect(livenessProbe.timeoutSeconds).toBeLessThan(livenessProbe.periodSeconds ?? 10);
  });

  it("hold a rollout until the next one stands by", () => {
    expect(deployment.spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(deployment.spec?.minReadySeconds).toBeGreaterThan(patienceOf(readinessProbe));
  });
});
