import { describe, expect, it } from "vitest";
import { readCompose } from "../../src/deployment/compose.ts";
import { scenarioOf, type DeploymentReading } from "../../src/deployment/deployment.ts";
import { readHelmValues } from "../../src/deployment/helm.ts";
import { readMilvusYaml } from "../../src/deployment/milvus-yaml.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { observe, reigns } from "../simulation/helpers.ts";
import { SERVES_AT, servesAfterCrash } from "../helpers/instants.ts";

const fixture = (name: string) => readProjectFile(`test/deployment/fixtures/${name}`);
const values = fixture("values.yaml");
const compose = fixture("docker-compose.yml");
const milvus = fixture("milvus.yaml");
const pair = { role: "rootcoord", count: 2, activeStandby: true };

function deployed(reading: DeploymentReading) {
  if (reading.type === "faulty") throw new Error(reading.problems.map(({ what }) => what).join("; "));
  return reading;
}

function problemsOf(reading: DeploymentReading): string[] {
  if (reading.type === "ok") throw new Error("nothing was wrong with it");
  return reading.problems.map(({ column, line, remedy, what }) => `${line}:${column}: ${what} | ${remedy}`);
}

describe("the page's own files", () => {
  it.each([
    ["values.yaml", readHelmValues(values), undefined],
    ["docker-compose.yml", readCompose(compose), undefined],
    ["milvus.yaml", readMilvusYaml(milvus), 60],
  ])("%s deploys a pair of rootcoords with active-standby on", (_, reading, ttlSeconds) => {
    expect(deployed(reading)).toEqual({
      type: "ok",
      deployment: { pools: [pair], ttlSeconds },
      warnings: [],
    });
  });

  it("run as the page's walk: the active one is killed, and the standby takes over", () => {
    const { deployment } = deployed(readHelmValues(values));
    expect(reigns(observe(scenarioOf(deployment, "values.yaml")))).toEqual([
      `0@${SERVES_AT}`,
      `1@${servesAfterCrash(61_000)}`,
    ]);
  });
});

describe("Helm values", () => {
  it("with more than one replica and active-standby off are refused, at the replicas", () => {
    const off = values.replace("enabled: true  # Set", "enabled: false # Set");
    expect(problemsOf(readHelmValues(off))).toEqual([
      "4:13: 2 replicas of rootcoord, but active-standby is off: the second finds the role taken, gives up and is started again for ever | set rootCoordinator.activeStandby.enabled to true, or replicas to 1",
    ]);
    const unsaid = values.replace(/ {2}activeStandby:[^]*/u, "");
    expect(problemsOf(readHelmValues(unsaid))).toHaveLength(1);
  });

  it("turn active-standby on inside a mixed coordinator too, as the chart does since 4.1.1", () => {
    const text = "mixCoordinator: {activeStandby: {enabled: true}}\nqueryCoordinator: {replicas: 2}\n";
    expect(deployed(readHelmValues(text)).deployment.pools).toEqual([
      { role: "querycoord", count: 2, activeStandby: true },
      { role: "mixcoord", count: 1, activeStandby: true },
    ]);
  });

  it("leave out what is disabled or has no replica", () => {
    const text =
      "rootCoordinator: {enabled: false, replicas: 3}\ndataCoordinator: {replicas: 0}\nindexCoordinator: {}\n";
    expect(deployed(readHelmValues(text)).deployment.pools).toEqual([
      { role: "indexcoord", count: 1, activeStandby: false },
    ]);
  });

  it("carry the TTL in the user's milvus.yaml", () => {
    const user = (ttl: string) =>
      `${values}extraConfigFiles:\n  user.yaml: |+\n    common:\n      session:\n        ttl: ${ttl}\n`;
    expect(deployed(readHelmValues(user("20"))).deployment.ttlSeconds).toBe(20);
    expect(problemsOf(readHelmValues(user("soon")))[0]).toMatch(
      /^17:\d+: null is no whole number from 2 on/u,
    );
    expect(problemsOf(readHelmValues(user("[")))[0]).toContain("this text is no YAML");
  });

  it.each([
    ["replicas: two", /"two" is no whole number from 0 on/u],
    ["replicas: -1", /-1 is no whole number/u],
    ["activeStandby: {enabled: maybe}", /"maybe" is neither true nor false/u],
  ])("with %s are refused", (line, message) => {
    expect(problemsOf(readHelmValues(`rootCoordinator:\n  ${line}\n`))[0]).toMatch(message);
  });
});

describe("a compose file", () => {
  it("with a second coordinator that does not stand by is refused, at that service", () => {
    const line = "      ROOT_COORD_ENABLE_ACTIVE_STANDBY: true\n";
    const off =
      compose.slice(0, compose.lastIndexOf(line)) + compose.slice(compose.lastIndexOf(line) + line.length);
    expect(problemsOf(readCompose(off))).toEqual([
      "12:3: 2 coordinators run as rootcoord, but active-standby is off in this one: whoever comes second finds the role taken, gives up and is started again for ever | add ROOT_COORD_ENABLE_ACTIVE_STANDBY: true to its environment",
    ]);
  });

  it("may list its environment, write its command in one line, name the TTL, and scale a service", () => {
    const text = `services:
  rc:
    command: milvus run rootcoord
    environment: [ROOT_COORD_ENABLE_ACTIVE_STANDBY=true, COMMON_SESSION_TTL=10]
    deploy: {replicas: 3}
  proxy:
    command: milvus run proxy
`;
    expect(deployed(readCompose(text)).deployment).toEqual({
      pools: [{ ...pair, count: 3 }],
      ttlSeconds: 10,
    });
  });

  it("in which two share one address is told so", () => {
    const { warnings } = deployed(readCompose(compose.replace("rootcoord-1:53100", "rootcoord:53100")));
    expect(warnings).toMatchObject([
      { line: 17, what: expect.stringContaining("rootcoord:53100") as string },
    ]);
  });

  it("without a coordinator is refused", () => {
    expect(problemsOf(readCompose("services: {etcd: {image: etcd}}\n"))[0]).toContain(
      "no coordinator is deployed",
    );
  });
});

describe("milvus.yaml", () => {
  const page = "rootCoord:\n  activeStandby:\n    enabled: true\n";

  it("in the page's spelling is understood, with a word about Milvus passing over it", () => {
    const { deployment, warnings } = deployed(readMilvusYaml(page));
    expect(deployment.pools).toEqual([pair]);
    expect(warnings).toMatchObject([
      { line: 3, remedy: "write rootCoord.enableActiveStandby: true for Milvus" },
    ]);
  });

  it("in both spellings that differ is refused", () => {
    expect(problemsOf(readMilvusYaml(`${page}  enableActiveStandby: false\n`))[0]).toMatch(
      /^3:\d+: says true, and enableActiveStandby says false/u,
    );
  });

  it("without active-standby has one of each role", () => {
    expect(deployed(readMilvusYaml("dataCoord: {port: 13333}\n")).deployment.pools).toEqual([
      { role: "datacoord", count: 1, activeStandby: false },
    ]);
  });

  it.each([
    ["empty", "", /the file is empty/u],
    ["no YAML", "rootCoord: [", /YAML syntax/u],
    ["a list", "- rootCoord\n", /no coordinator is deployed/u],
  ])("that is %s is refused", (_, text, message) => {
    expect(problemsOf(readMilvusYaml(text))[0]).toMatch(message);
  });
});
