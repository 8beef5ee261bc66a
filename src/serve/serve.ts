/** An etcd to test clients on: the simulated one behind gRPC, in a time that whoever holds its control may hold too. */
import { createEtcd, type EtcdVersion } from "../../models/etcd.ts";
import { actionNamed } from "./actions.ts";
import { checkedInput } from "./action-input.ts";
import { openControl } from "./control.ts";
import { openGrpcServer } from "./grpc-server.ts";
import { LiveEtcd } from "./live-etcd.ts";
import { BY_ITSELF_MS, ManualTime, RealTime } from "./live-time.ts";
import { Tampers } from "./tampers.ts";

/** Where it listens, and how its time goes. */
export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly controlPort: number;
  /** How many times as fast as the real one; `manual`: it stands until it is told to go on. */
  readonly time: number | "manual";
  readonly version: EtcdVersion;
}

/** A served etcd; close it when done. */
export interface ServedEtcd {
  /** For clients: `127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Of the control: `http://127.0.0.1:<port>`. */
  readonly control: string;
  /** What the control does: `do("advance", { for: 10_000 })`; rejects where it cannot. docs/serving.md lists the actions. */
  do(action: string, given?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

/** With everything usual: real time, free ports, etcd 3.4.23. For a test suite's beginning; close it in its end. */
export function startEtcd(options: Partial<ServeOptions> = {}): Promise<ServedEtcd> {
  return serveEtcd({ port: 0, controlPort: 0, time: 1, version: "3.4.23", ...options });
}

/** Listens on loopback; rejects where a port cannot be had. */
export async function serveEtcd({ controlPort, port, time, version }: ServeOptions): Promise<ServedEtcd> {
  const live = time === "manual" ? new ManualTime() : new RealTime({ factor: time });
  const own = time === "manual" ? { version, watchSyncIntervalMs: BY_ITSELF_MS } : { version };
  const etcd = new LiveEtcd(createEtcd(own), live);
  const tampers = new Tampers();
  const clients = await openGrpcServer(etcd, tampers, { host: "127.0.0.1", port });
  try {
    const served = { etcd, tampers };
    const control = await openControl(served, controlPort);
    return {
      endpoint: `127.0.0.1:${clients.port}`,
      control: `http://127.0.0.1:${control.port}`,
      do: async (name, given = {}) => {
        const action = actionNamed(name);
        return action.run(served, checkedInput(action, given));
      },
      close() {
        live.stop();
        control.close();
        clients.close();
      },
    };
  } catch (error) {
    live.stop();
    clients.close();
    throw error;
  }
}
