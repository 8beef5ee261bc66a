/** A cluster of three real members on loopback, and what can befall them: killed, frozen, cut off from their peers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPeerRoad, peerAddress } from "./peer-road.ts";
import { endEtcd, freePorts, launchEtcd, untilHealthy, type Launched } from "./real-etcd.ts";

const SIZE = 3;
const LIMIT_MS = 20_000;

export interface EtcdCluster {
  /** The members' client addresses; a member is known by its place in here. */
  readonly endpoints: readonly string[];
  /** Who leads, as soon as every member that nothing ails says the same, and it is one of them. */
  leader(): Promise<number>;
  moveLeader(to: number): Promise<void>;
  kill(at: number): Promise<void>;
  freeze(at: number): void;
  /** Clients still reach it, its peers do not, nor it them. */
  cutOff(at: number): void;
  /** Undoes all of it; resolves when every member follows one leader again. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

interface Standing {
  readonly id: string;
  readonly leader: string;
}

export async function startCluster(executable: string): Promise<EtcdCluster> {
  const folder = mkdtempSync(join(tmpdir(), "leasehold-cluster-"));
  const places = Array.from({ length: SIZE }, (_, at) => at);
  const ports = await freePorts(3 * SIZE);
  const [clientPorts, peerPorts, healthPorts] = [0, 1, 2].map((kind) =>
    ports.slice(kind * SIZE, (kind + 1) * SIZE),
  ) as [number[], number[], number[]];
  const roads = await Promise.all(places.map(() => openPeerRoad(peerPorts)));
  const endpoints = clientPorts.map((port) => `http://127.0.0.1:${port}`);
  const health = healthPorts.map((port) => `http://127.0.0.1:${port}`);
  const ailing = new Set<number>();

  const launch = (at: number): Launched =>
    launchEtcd(
      executable,
      {
        name: `member-${at}`,
        "data-dir": join(folder, String(at)),
        "listen-client-urls": endpoints[at] ?? "",
        "advertise-client-urls": endpoints[at] ?? "",
        "listen-peer-urls": `http://127.0.0.1:${peerPorts[at]}`,
        "initial-advertise-peer-urls": peerAddress(at),
        "initial-cluster": places.map((place) => `member-${place}=${peerAddress(place)}`).join(","),
        "listen-metrics-urls": health[at] ?? "",
      },
      [],
      { HTTP_PROXY: roads[at]?.url, http_proxy: roads[at]?.url, NO_PROXY: "", no_proxy: "" },
    );
  const members = places.map(launch);
  const member = (at: number): Launched => members[at] as Launched;

  const ask = async (at: number, path: string, body: object): Promise<unknown> => {
    const options = { method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(1000) };
    return (await fetch(`${endpoints[at]}/v3/maintenance/${path}`, options)).json();
  };
  const standing = async (at: number): Promise<Standing | undefined> => {
    try {
      const { header, leader = "0" } = (await ask(at, "status", {})) as {
        header: { member_id: string };
        leader?: string;
      };
      return { id: header.member_id, leader };
    } catch {
      return undefined;
    }
  };
  const leader = async (): Promise<number> => {
    const sound = places.filter((at) => !ailing.has(at));
    for (const end = performance.now() + LIMIT_MS; ;) {
      const standings = await Promise.all(sound.map(standing));
      const said = new Set(standings.map((one) => one?.leader));
      const found = standings.findIndex((one) => one !== undefined && said.size === 1 && said.has(one.id));
      if (found >= 0) return sound[found] as number;
      if (performance.now() > end) throw new Error(`no leader: ${JSON.stringify(standings)}`);
      await sleep(30);
    }
  };

  const cluster: EtcdCluster = {
    endpoints,
    leader,
    async moveLeader(to) {
      const targetID = (await standing(to))?.id;
      await ask(await leader(), "transfer-leadership", { targetID });
    },
    async kill(at) {
      ailing.add(at);
      member(at).child.kill("SIGKILL");
      await member(at).gone;
    },
    freeze(at) {
      ailing.add(at);
      member(at).child.kill("SIGSTOP");
    },
    cutOff(at) {
      ailing.add(at);
      roads.forEach((road, from) => road.close(from === at ? places : [at]));
    },
    async mend() {
      for (const road of roads) road.reopen();
      for (const at of ailing) {
        const { child } = member(at);
        child.kill("SIGCONT");
        if (child.exitCode !== null || child.signalCode !== null) members[at] = launch(at);
      }
      ailing.clear();
      await Promise.all(members.map(({ gone }, at) => untilHealthy(health[at] ?? "", gone)));
      await leader();
    },
    async stop() {
      for (const { child } of members) child.kill("SIGCONT");
      await Promise.all(members.map(endEtcd));
      await Promise.all(roads.map((road) => road.end()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await cluster.mend();
  } catch (error) {
    await cluster.stop();
    throw new Error(`the cluster does not start: ${members.map(({ words }) => words).join("\n")}`, {
      cause: error,
    });
  }
  return cluster;
}
