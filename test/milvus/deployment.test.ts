import { describe, expect, it } from "vitest";
import { readCompose } from "../../src/milvus/compose.ts";
import { scenarioOf, type DeploymentReading } from "../../src/milvus/deployment.ts";
import { readHelmValues } from "../../src/milvus/helm.ts";
import { readMilvusYaml } from "../../src/milvus/milvus-yaml.ts";
import { readProjectFile } from "../helpers/repository.ts";
import { observe, reigns } from "../simulation/helpers.ts";
import { SERVES_AT, servesAfterCrash } from "../helpers/instants.ts";

const fixture = (name: string) => readProjectFile(`test/milvus/fixtures/${name}`);
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
      "4:13: 2 replicas of rootcoord, but active-standby is off: the second finds the role taken, exits and is restarted for ever | set rootCoordinator.activeStandby.enabled to true, or replicas to 1",
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
      /^17:\d+: common\.session\.ttl must be a whole number of seconds from 2 to 86400, not "soon"/u,
    );
    expect(problemsOf(readHelmValues(user("[")))[0]).toContain("the text is not valid YAML");
  });

  it.each([
    ["replicas: two", /"two" is not a whole number of at least 0/u],
    ["replicas: -1", /-1 is not a whole number of at least 0/u],
    ["activeStandby: {enabled: maybe}", /"maybe" is not true or false/u],
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
      "12:3: 2 coordinators run as rootcoord, but active-standby is off in this one: the second finds the role taken, exits and is restarted for ever | add ROOT_COORD_ENABLE_ACTIVE_STANDBY: true to its environment",
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

  it("that sets one key twice with two values is refused, at the first", () => {
    const text =
      "services:\n  rc:\n    command: milvus run rootcoord\n    environment:\n      - ROOT_COORD_ENABLE_ACTIVE_STANDBY=true\n      - ROOTCOORD_ENABLE_ACTIVE_STANDBY=false\n";
    expect(problemsOf(readCompose(text))).toEqual([
      "5:9: ROOT_COORD_ENABLE_ACTIVE_STANDBY is true, but ROOTCOORD_ENABLE_ACTIVE_STANDBY sets the same key to false | keep one of the two",
    ]);
  });

  it("may leave a variable empty, or to the one who runs compose: it is not set then", () => {
    const text =
      "rc:\n  command: milvus run rootcoord\n  environment: [ROOT_COORD_ENABLE_ACTIVE_STANDBY, COMMON_SESSION_TTL=]\n";
    expect(deployed(readCompose(text)).deployment).toEqual({
      pools: [{ role: "rootcoord", count: 1, activeStandby: false }],
      ttlSeconds: undefined,
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
      "this file deploys no coordinator",
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
      /^3:\d+: rootCoord\.activeStandby\.enabled is true, but rootCoord\.enableActiveStandby sets the same key to false/u,
    );
  });

  it("with a mixed coordinator takes the root coordinator's value where its own section has none, as Milvus 2.6 does", () => {
    const text = "rootCoord: {enableActiveStandby: true}\nmixCoord: {port: 53100}\n";
    expect(deployed(readMilvusYaml(text)).deployment.pools).toEqual([
      pair,
      { role: "mixcoord", count: 2, activeStandby: true },
    ]);
    const own = "rootCoord: {enableActiveStandby: true}\nmixCoord: {enableActiveStandby: false}\n";
    expect(deployed(readMilvusYaml(own)).deployment.pools[1]).toMatchObject({ activeStandby: false });
  });

  it("is compared without case, as Milvus does", () => {
    const text = "ROOTCOORD: {EnableActiveStandby: 'TRUE'}\n";
    expect(deployed(readMilvusYaml(text)).deployment.pools).toEqual([pair]);
  });

  it("with a TTL that Milvus could not read is refused", () => {
    expect(problemsOf(readMilvusYaml("rootCoord: {}\ncommon: {session: {ttl: 60s}}\n"))[0]).toMatch(
      /^2:25: common\.session\.ttl must be a whole number of seconds from 2 to 86400, not "60s"/u,
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
    ["a list", "- rootCoord\n", /this file deploys no coordinator/u],
  ])("that is %s is refused", (_, text, message) => {
    expect(problemsOf(readMilvusYaml(text))[0]).toMatch(message);
  });
});
