/** The etcd of a soak, one server or three members, and what befalls it while coordinators are struck as well. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../src/simulation/fault.ts";
import { startCluster } from "../helpers/etcd-cluster.ts";
import { startEtcd } from "../helpers/real-etcd.ts";
import type { Stage } from "../production/stage.ts";

/** Something that can befall etcd, and how it is mended. */
interface EtcdFault {
  readonly name: string;
  readonly kind: Fault["type"];
  begin(): Promise<void> | void;
  end(): Promise<void>;
}

export interface EtcdHouse {
  readonly endpoints: readonly string[];
  /** One of them, by a number drawn at random. */
  fault(drawn: number): Promise<EtcdFault>;
  stop(): Promise<void>;
}

export async function openEtcdHouse(executable: string, members: 1 | 3): Promise<EtcdHouse> {
  return members === 1 ? openServer(executable) : openCluster(executable);
}

async function openServer(executable: string): Promise<EtcdHouse> {
  const etcd = await startEtcd(executable);
  const killed: EtcdFault = {
    name: "etcd killed",
    kind: "restart",
    begin: () => etcd.kill(),
    end: () => etcd.restart(),
  };
  return { endpoints: [etcd.endpoint], fault: () => Promise.resolve(killed), stop: () => etcd.stop() };
}

async function openCluster(executable: string): Promise<EtcdHouse> {
  const cluster = await startCluster(executable);
  const { endpoints } = cluster;
  return {
    endpoints,
    async fault(drawn) {
      const leader = await cluster.leader();
      const at = drawn % endpoints.length;
      const other = (leader + 1 + (drawn % 2)) % endpoints.length;
      const end = () => cluster.mend();
      const faults: EtcdFault[] = [
        { name: "member killed", kind: "changeLeader", begin: () => cluster.kill(at), end },
        { name: "member frozen", kind: "changeLeader", begin: () => cluster.freeze(at), end },
        { name: "member cut off", kind: "changeLeader", begin: () => cluster.cutOff(at), end },
        { name: "leader moved", kind: "changeLeader", begin: () => cluster.moveLeader(other), end },
      ];
      return faults[drawn % faults.length] as EtcdFault;
    },
    stop: () => cluster.stop(),
  };
}

/** Strikes etcd now and then, and tells every stage. */
export class EtcdStriker {
  readonly #house: EtcdHouse;
  readonly #stages = new Set<Stage>();
  readonly #struck: (name: string) => void;
  #current: EtcdFault | undefined;

  constructor(house: EtcdHouse, struck: (name: string) => void) {
    this.#house = house;
    this.#struck = struck;
  }

  join(stage: Stage): void {
    this.#stages.add(stage);
    if (this.#current !== undefined) stage.fault(this.#current.kind, "begins", -1);
  }

  leave(stage: Stage): void {
    this.#stages.delete(stage);
  }

  /** `drawn`: which, and for how long. */
  async strike(drawn: number): Promise<void> {
    const fault = await this.#house.fault(drawn);
    this.#current = fault;
    this.#tell(fault, "begins");
    await fault.begin();
    await sleep(200 + (drawn % 13) * 200);
    await fault.end();
    this.#current = undefined;
    this.#tell(fault, "ends");
    this.#struck(fault.name);
  }

  #tell({ kind }: EtcdFault, phase: "begins" | "ends"): void {
    for (const stage of this.#stages) stage.fault(kind, phase, -1);
  }
}
