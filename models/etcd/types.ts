/**
 * The simulated etcd's data: what goes in, what comes out, and the state between. All of it is plain JSON data.
 */
import type { Lease } from "../lease.ts";
import type { Store } from "../store.ts";
import type { Tree } from "../store/tree.ts";
import type {
  GrpcCode,
  KvRequest,
  LeaseId,
  ResponseHeader,
  Revision,
  ServerReply,
  StoreEvent,
  WatchRequest,
  WatchResponse,
} from "../etcd-api.ts";
import type { EtcdVersion } from "./release.ts";

export interface SimulatedEtcdOptions {
  /** Whose rules it follows where etcd's releases differ. */
  readonly version: EtcdVersion;
  /** etcd's `--election-timeout`; sets the least TTL, and by how much leases are extended when a leader takes over. */
  readonly electionTimeoutMs: number;
  /** etcd's `--heartbeat-interval`. */
  readonly heartbeatMs: number;
  /** How often expired leases are looked for. */
  readonly leaseScanIntervalMs: number;
  /** At most so many leases are revoked in one scan. */
  readonly leaseScanLimit: number;
  /** How often watchers behind the present are served. */
  readonly watchSyncIntervalMs: number;
  /** How long a request waits for a leader before it fails: 5 s and two election timeouts. */
  readonly requestTimeoutMs: number;
  /** The same for linearizable reads. etcd 3.4.23, measured. */
  readonly readTimeoutMs: number;
  /** How long a restarted server is without leader, unless the input says otherwise. */
  readonly restartElectionMs: number;
  /**
   * What a member passed on to a leader that is gone is lost and fails in the end, and reads go in rounds of which the one under way fails
   * when another leads: measured on three members of 3.4.23. Off: all of it waits for the next leader.
   */
  readonly losesWithLeader: boolean;
  /** How often watches that asked for it hear that nothing happened; real servers add up to a tenth. */
  readonly progressNotifyIntervalMs: number;
}

/** One of a server's client connections. */
export type ClientId = number;

/** `stream` tells watch streams of one connection apart; 0 if absent. Watch ids are unique within a stream. */
export type EtcdInput =
  | {
      readonly type: "request";
      readonly client: ClientId;
      readonly id: number;
      readonly request: KvRequest;
      /** The client wants an error rather than wait where there is no leader (metadata `hasleader`). */
      readonly hasLeader?: boolean;
    }
  | {
      readonly type: "watch";
      readonly client: ClientId;
      readonly stream?: number;
      /** 0: the server takes the stream's next free id, from 0 on. */
      readonly watchId: number;
      readonly request: WatchRequest;
      /** The client wants it to end where there is no leader (metadata `hasleader`). */
      readonly hasLeader?: boolean;
    }
  | {
      readonly type: "cancelWatch";
      readonly client: ClientId;
      readonly stream?: number;
      readonly watchId: number;
    }
  | { readonly type: "watchProgress"; readonly client: ClientId; readonly stream?: number }
  /** The connection is gone, and with it its watches and its requests under way. */
  | { readonly type: "disconnect"; readonly client: ClientId }
  /** Time has come: do what is due. */
  | { readonly type: "tick" }
  /** The leader is gone for so long; then another one has taken over and extended every lease. */
  | { readonly type: "leaderChange"; readonly electionMs: number }
  /** The leader hands over to another of several members, from 1 on, which has everything by then. */
  | { readonly type: "moveLeader"; readonly member: number }
  /** The leader loses touch with the others, with this client connected to it; they elect another within so long. */
  | { readonly type: "strand"; readonly client: ClientId; readonly electionMs: number }
  /** It finds back to them. */
  | { readonly type: "rejoin" }
  /** The process is frozen for so long: it takes messages in and does nothing. */
  | { readonly type: "stall"; readonly forMs: number }
  /** A member's space is used up, or its alarm is disarmed. */
  | { readonly type: "alarm"; readonly raised: boolean }
  /** One of several members, from 1 on, is from now on as `status` says. */
  | { readonly type: "member"; readonly member: number; readonly status: MemberStatus }
  | { readonly type: "crash" }
  /** While it is down: its store is that of so many revisions ago. */
  | { readonly type: "goBack"; readonly by: number; readonly ttlSeconds: number }
  /** What was stored is still there, watches and waiting requests are not. */
  | { readonly type: "restart"; readonly electionMs?: number };

/** An input that a client sent. */
export type ClientInput = Extract<
  EtcdInput,
  { readonly type: "request" | "watch" | "cancelWatch" | "watchProgress" }
>;
export type RequestInput = Extract<EtcdInput, { readonly type: "request" }>;

/** What the simulated etcd says to one of its clients. */
export type EtcdOutput =
  | { readonly type: "reply"; readonly client: ClientId; readonly id: number; readonly reply: ServerReply }
  | {
      readonly type: "watch";
      readonly client: ClientId;
      readonly stream: number;
      readonly response: WatchResponse;
    }
  /** All watches of this connection ended, because the server did; `stream`: those of this stream alone. */
  | {
      readonly type: "watchesBroken";
      readonly client: ClientId;
      readonly stream?: number;
      readonly code: GrpcCode;
      readonly message: string;
    };

/** One change of one key. `event.prevKv` is what it replaced. */
export interface StoreChange {
  readonly event: StoreEvent;
  /** `revoke`: somebody revoked the key's lease; `expiry`: its time ended; `restore`: the store is an older one. */
  readonly cause: "request" | "expiry" | "revoke" | "restore";
  /** Who asked, unless time did. */
  readonly client?: ClientId;
  readonly requestId?: number;
  /** The lease that expired or was revoked. */
  readonly lease?: LeaseId;
}

/** How the server stands; the chart is in `models/etcd`. */
export type Mode = "serving" | "electing" | "stalled" | "stalledElecting" | "down";

/** All leases, and when they were last scanned. */
export interface Lessor {
  readonly leases: Tree<Lease>;
  /** Scans happen at whole multiples of the interval after this instant. */
  readonly scanOriginMs: number;
  readonly lastScanMs: number;
  /** How many ids the server has picked. */
  readonly picked: number;
}

export interface Watcher {
  readonly client: ClientId;
  readonly stream: number;
  readonly watchId: number;
  readonly key: string;
  /** `""`: the one key; `"\0"`: every key from `key` on. */
  readonly rangeEnd: string;
  /** As it was asked for; 0: from now on. */
  readonly startRevision: Revision;
  /** The next revision it wants to see. Behind the present it is *unsynced*. */
  readonly nextRevision: Revision;
  readonly prevKv: boolean;
  readonly noPut: boolean;
  readonly noDelete: boolean;
  readonly fragment: boolean;
  /** When it is told that nothing happened; 0: it did not ask. */
  readonly progressAtMs: number;
  /** Whether something was sent since the last such instant. */
  readonly heard: boolean;
  /** It ends where there is no leader for long; absent: it stays, and is silent. */
  readonly hasLeader?: true;
}

/** Which watch ids of a stream are spoken for beyond those of its watchers. */
export interface StreamIds {
  readonly client: ClientId;
  readonly stream: number;
  /** The server picks none below: an id that it picked once it does not pick again. */
  readonly next: number;
  /** Watches that a compaction ended; their ids stay taken until the client cancels them. */
  readonly ended: readonly number[];
}

export interface Watchers {
  /** Fed with every change as it is made. */
  readonly synced: readonly Watcher[];
  /** Fed with the past by the sync loop, until they have caught up. */
  readonly unsynced: readonly Watcher[];
  /** When the sync loop runs next; 0: nobody needs it. */
  readonly syncAtMs: number;
  /** The least `progressAtMs` of all; 0: nobody asked. */
  readonly progressAtMs: number;
  /** Streams with something to remember of their ids. */
  readonly ids: readonly StreamIds[];
}

/** An input that could not be answered yet. */
export interface Waiting {
  readonly input: ClientInput;
  /** `revoke`: a renewal of an expired lease. `lost`: nothing but its time will end it. */
  readonly until: "leader" | "revoke" | "thaw" | "lost";
  /** When it fails; 0: never. */
  readonly deadlineMs: number;
  /** Of a read: it is of the round that is under way, and fails when another leads; absent: it waits for the next one. */
  readonly inRound?: true;
  /** Of what was lost: its member was elected meanwhile, and knows why. */
  readonly knowsWhy?: true;
}

/** A member that takes itself for the leader while the others have another. */
export interface StaleLeader {
  /** Who is connected to it. */
  readonly clients: readonly ClientId[];
  /** Where it stopped. */
  readonly header: ResponseHeader;
  /** The leases in its view. */
  readonly leases: Tree<Lease>;
  /** Its clients' watches; they are told nothing. */
  readonly watchers: readonly Watcher[];
  /** What it can not answer, in order. */
  readonly waiting: readonly ClientInput[];
}

/** What of a member is out of order. */
export interface MemberStatus {
  /** Its process is gone. */
  readonly down: boolean;
  /** Its process is frozen: connections to it live, and it answers nobody, the other members neither. */
  readonly frozen: boolean;
  /** Nothing passes between it and the other members. */
  readonly cut: boolean;
  /** It hears of what is committed and does not apply it. */
  readonly lags: boolean;
}

/** One of several members, beside what is committed. */
export interface ClusterMember {
  readonly status: MemberStatus;
  /** What it has applied, where that is not everything. */
  readonly behind: Store | null;
  /** Those of its clients; fed with what it has applied. */
  readonly watchers: Watchers;
  /** What its clients asked and it will look at later, in order. */
  readonly held: readonly ClientInput[];
  /** Answers to what it passed on, given once it has applied that itself. */
  readonly unsaid: readonly EtcdOutput[];
  /** Since when it hears nothing of the others; a member that was started again never has. 0: it hears them. */
  readonly apartMs: number;
  /** Apart, it still takes itself for the leader: the leases in its view. `null`: it was none. */
  readonly led: { readonly leases: Tree<Lease> } | null;
}

/** Several members, of which the majority decides. They are numbered from 1 on. */
export interface Cluster {
  readonly leader: number;
  readonly members: readonly ClusterMember[];
  /** The last leader fell silent and was not closed down: whatever was passed on to it is lost. */
  readonly silent: boolean;
}

/** A server. Treat as immutable; every field is plain data. */
export interface Etcd {
  readonly options: SimulatedEtcdOptions;
  readonly mode: Mode;
  /** The instant until which it is stalled, 0 if it is not. */
  readonly stallEndsMs: number;
  /** When the leader was lost and when the next one takes over, 0 if there is one. */
  readonly leaderLostMs: number;
  readonly electionEndsMs: number;
  readonly raftTerm: number;
  readonly store: Store;
  readonly lessor: Lessor;
  readonly watchers: Watchers;
  readonly waiting: readonly Waiting[];
  /** A member that takes itself for the leader and is not; `null`: none does. */
  readonly stale: StaleLeader | null;
  /** How many alarms are raised that the space is used up: then nothing is stored, and leases are only renewed and revoked. */
  readonly spaceAlarms: number;
  /** Its members, where there are several; `null`: one server. */
  readonly cluster: Cluster | null;
}

/** A step under way: the next state, which only this step may change, and what it has done so far. */
export interface Work {
  readonly next: { -readonly [Field in keyof Etcd]: Etcd[Field] };
  readonly outputs: EtcdOutput[];
  readonly changes: StoreChange[];
  readonly nowMs: number;
}

/** The first instant after `afterMs` on the grid of `intervalMs` from `originMs`. */
export function nextOnGrid(afterMs: number, originMs: number, intervalMs: number): number {
  const at = (line: number) => originMs + line * intervalMs;
  const line = Math.floor((afterMs - originMs) / intervalMs) + 1;
  return at(line) > afterMs ? at(line) : at(line + 1);
}
