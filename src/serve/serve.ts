/** An etcd to test clients on: the simulated one behind gRPC, in a time that whoever holds its control may hold too. */
import { mkdtempSync, rmSync } from "node:fs";
import { isIPv6 } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEtcd, type Etcd, type EtcdVersion } from "../../models/etcd.ts";
import { actionNamed } from "./actions.ts";
import type { Kept, Served } from "./action.ts";
import { checkedInput } from "./action-input.ts";
import { clusterServices } from "./cluster-services.ts";
import { electionServices } from "./election-services.ts";
import { openControl } from "./control.ts";
import { Desk } from "./desk.ts";
import { openGrpcServer, type GrpcServer } from "./grpc-server.ts";
import { Guests } from "./guests.ts";
import { kvServices } from "./kv-services.ts";
import { LivePage } from "./live-page.ts";
import { LiveEtcd } from "./live-etcd.ts";
import { BY_ITSELF_MS, ManualTime, RealTime, type LiveTime } from "./live-time.ts";
import { RecordFile } from "./record-file.ts";
import { ServedRecording } from "./recording.ts";
import { StoreSpace } from "./space.ts";
import { Tampers } from "./tampers.ts";

/** Where it listens, and how its time goes. */
export interface ServeOptions {
  /**
   * The address for clients; its control is on loopback whatever it is. Who reaches it may read and change everything: there is neither
   * TLS nor a password. Default: 127.0.0.1.
   */
  readonly host?: string;
  /** Of its first member; those of the others follow it. 0: any free ones. */
  readonly port: number;
  readonly controlPort: number;
  /** How many times as fast as the real one; `manual`: it stands until it is told to go on. */
  readonly time: number | "manual";
  readonly version: EtcdVersion;
  /** Of the cluster, an endpoint for each. Default: 1. */
  readonly members?: number;
  /** A file for the trace of what clients do. Default: nothing is recorded. */
  readonly record?: string;
  /** Whether a page shows live what clients do. Default: no. */
  readonly web?: boolean;
  /** More than so much stored raises the alarm. Default: 0, there is room for everything. */
  readonly quotaBytes?: number;
}

/** A served etcd; close it when done. */
export interface ServedEtcd {
  /** For clients: `<host>:<port>`, the first member's. */
  readonly endpoint: string;
  /** Of each member. */
  readonly endpoints: readonly string[];
  /** Of the control: `http://127.0.0.1:<port>`. */
  readonly control: string;
  /** Of the page that shows what clients do; undefined: there is none. */
  readonly page: string | undefined;
  /** What the control does: `do("advance", { for: 10_000 })`; rejects where it cannot. docs/serving.md lists the actions. */
  do(action: string, given?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Why nothing is recorded any more; undefined: it goes on, or nothing was to be. */
  readonly recordFailure: string | undefined;
  /** Ends every connection, and the recording. */
  close(): void;
}

/** With everything usual: real time, free ports, etcd 3.4.23. For a test suite's beginning; close it in its end. */
export function startEtcd(options: Partial<ServeOptions> = {}): Promise<ServedEtcd> {
  return serveEtcd({ port: 0, controlPort: 0, time: 1, version: "3.4.23", ...options });
}

/** Listens; rejects where a port cannot be had, or the recording not be written. */
export async function serveEtcd(options: ServeOptions): Promise<ServedEtcd> {
  const { record, web = false } = options;
  if (!web || record !== undefined) return serveFrom(options, record);
  // The page reads a recording; nobody else wants this one.
  const folder = mkdtempSync(join(tmpdir(), "leasehold-web-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    return await serveFrom(options, join(folder, "run.jsonl"), undefined, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** `kept`: the state to go on from; absent: a fresh one. `closed`: called in the end. */
async function serveFrom(
  options: ServeOptions,
  record?: string,
  kept?: Kept,
  closed: () => void = () => undefined,
): Promise<ServedEtcd> {
  const { controlPort, host = "127.0.0.1", members = 1, port, quotaBytes = 0, time: pace } = options;
  const time = timeOf(pace, kept?.nowMs ?? 0);
  const etcd = new LiveEtcd(kept?.etcd ?? freshEtcd(options), time);
  const tampers = new Tampers();
  const space = new StoreSpace(etcd, quotaBytes);
  const recording = record === undefined ? undefined : new ServedRecording(new RecordFile(record), etcd);
  let server: GrpcServer | undefined;
  const agents = new Map<string, string>();
  const guests = new Guests(
    (guest) => recording?.came(guest, agents.get(guest.peer) ?? ""),
    (guest) => recording?.left(guest),
  );
  const desk = new Desk({ etcd, tampers, space, recording, cut: ({ peer }) => server?.cut(peer) });
  const endpoints = (): string[] =>
    (server?.ports ?? []).map((bound) => `${isIPv6(host) ? `[${host}]` : host}:${bound}`);
  const urls = (): string[] => endpoints().map((one) => `http://${one}`);
  const forks: ServedEtcd[] = [];
  const close = (): void => {
    time.stop();
    server?.close();
    recording?.close();
    for (const fork of forks) fork.close();
  };
  try {
    server = await openGrpcServer(
      [...kvServices(desk), ...clusterServices(etcd, space, urls), ...electionServices(desk)],
      {
        guestAt(peer, member, agent) {
          agents.set(peer, agent);
          return guests.of(peer, member, agent);
        },
        left(peer) {
          agents.delete(peer);
          guests.leave(peer);
        },
      },
      host,
      Array.from({ length: members }, (_, at) => (port === 0 ? 0 : port + at)),
    );
    const served: Served = {
      etcd,
      tampers,
      space,
      guests,
      server,
      recording,
      marks: new Map(),
      async fork() {
        const state = { nowMs: time.now(), etcd: etcd.state };
        const fork = await serveFrom({ ...options, port: 0, controlPort: 0 }, undefined, state);
        forks.push(fork);
        return { endpoints: fork.endpoints, control: fork.control };
      },
    };
    const page = recording !== undefined && options.web === true ? new LivePage(recording.file) : undefined;
    const control = await openControl(served, controlPort, page);
    return {
      endpoint: endpoints()[0] ?? "",
      endpoints: endpoints(),
      control: `http://127.0.0.1:${control.port}`,
      page: page && `http://127.0.0.1:${control.port}/`,
      get recordFailure() {
        return recording?.file.failure;
      },
      do: async (name, given = {}) => {
        const action = actionNamed(name);
        return action.run(served, checkedInput(action, given));
      },
      close() {
        control.close();
        close();
        closed();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function freshEtcd({ members = 1, time, version }: ServeOptions): Etcd {
  const quick = time === "manual" ? { watchSyncIntervalMs: BY_ITSELF_MS } : {};
  return createEtcd({ version, losesWithLeader: true, ...quick }, members);
}

function timeOf(pace: number | "manual", nowMs: number): LiveTime {
  if (pace !== "manual") return new RealTime({ factor: pace, beginMs: nowMs });
  const time = new ManualTime();
  time.set(nowMs);
  return time;
}
