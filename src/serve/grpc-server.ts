/** etcd's gRPC services over a live simulated etcd: KV, Lease, Watch, and as much of Cluster and Maintenance as clients ask for. */
import {
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  status,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { KvRequest, ServerReply } from "../../models/etcd-api.ts";
import { PROCEDURES, procedure, WATCH, type Procedure } from "../kv/etcd/convert.ts";
import type { Codec, Wire } from "../kv/etcd/schema.ts";
import { STATUS } from "../kv/etcd/status.ts";
import type { LiveEtcd } from "./live-etcd.ts";
import {
  headerToWire,
  MEMBER_ID,
  requestFromWire,
  responseToWire,
  watchFromRequest,
  watchToResponse,
} from "./messages.ts";
import type { Tampers } from "./tampers.ts";

type Duplex = ServerDuplexStream<Wire, Wire>;
type Unary = ServerUnaryCall<Wire, Wire>;
type Answer = sendUnaryData<Wire>;

/** etcd's own limit on a message, bytes. */
const LARGEST_MESSAGE = 2 * 1024 * 1024;

/** Of one stream, that may be under way at once. */
const MOST_RENEWALS = 100;

const STATUS_OF = procedure("Maintenance", "Status");
const ALARM = procedure("Maintenance", "Alarm");
const DEFRAGMENT = procedure("Maintenance", "Defragment");
const MEMBER_LIST = procedure("Cluster", "MemberList");

/** What etcd has and this server has not, by service. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  Auth: [
    "AuthEnable",
    "AuthDisable",
    "Authenticate",
    "UserAdd",
    "UserGet",
    "UserList",
    "RoleAdd",
    "RoleGet",
    "RoleList",
  ],
  Cluster: ["MemberAdd", "MemberRemove", "MemberUpdate", "MemberPromote"],
  Maintenance: ["Hash", "HashKV", "Snapshot", "MoveLeader", "Downgrade"],
};

export interface GrpcServer {
  readonly port: number;
  /** Ends every connection. */
  close(): void;
}

/** Listens; rejects where it cannot. `host`: an address of this machine. */
export async function openGrpcServer(
  etcd: LiveEtcd,
  tampers: Tampers,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<GrpcServer> {
  const server = new Server({ "grpc.max_receive_message_length": LARGEST_MESSAGE });
  const services = new Services(etcd, tampers, () => `http://${host}:${bound}`);
  let bound = port;
  for (const [definition, implementation] of services.all()) server.addService(definition, implementation);
  // That a port is taken is said by whoever asked for it.
  setLogVerbosity(logVerbosity.NONE);
  bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, found) =>
      error === null ? resolve(found) : reject(error),
    );
  });
  setLogVerbosity(logVerbosity.ERROR);
  return { port: bound, close: () => server.forceShutdown() };
}

class Services {
  readonly #etcd: LiveEtcd;
  readonly #tampers: Tampers;
  readonly #url: () => string;

  constructor(etcd: LiveEtcd, tampers: Tampers, url: () => string) {
    this.#etcd = etcd;
    this.#tampers = tampers;
    this.#url = url;
  }

  *all(): Iterable<[ServiceDefinition, UntypedServiceImplementation]> {
    const unary = Object.entries(PROCEDURES).filter(([, { single }]) => single !== true);
    for (const [type, one] of unary)
      yield this.#unary(one, (call, answer) => this.#ask(type as KvRequest["type"], call, answer));
    yield this.#stream(PROCEDURES.leaseKeepAlive, (stream) => this.#keepAlive(stream));
    yield this.#stream(WATCH, (stream) => this.#watch(stream));
    yield this.#unary(STATUS_OF, (_, answer) => this.#ready(answer, () => this.#status()));
    yield this.#unary(ALARM, (_, answer) =>
      this.#ready(answer, () => ({ header: this.#header(), alarms: [] })),
    );
    yield this.#unary(DEFRAGMENT, (_, answer) => this.#ready(answer, () => ({ header: this.#header() })));
    yield this.#unary(MEMBER_LIST, (_, answer) => this.#ready(answer, () => this.#members()));
    for (const [service, names] of Object.entries(LEFT_OUT))
      for (const name of names) yield this.#leftOut(service, name);
  }

  #unary(
    { path, served }: Procedure,
    handler: handleUnaryCall<Wire, Wire>,
  ): [ServiceDefinition, UntypedServiceImplementation] {
    return [
      { call: { ...definitionOf(path, served), requestStream: false, responseStream: false } },
      { call: handler },
    ];
  }

  #stream(
    { path, served }: Procedure,
    handler: handleBidiStreamingCall<Wire, Wire>,
  ): [ServiceDefinition, UntypedServiceImplementation] {
    return [
      { call: { ...definitionOf(path, served), requestStream: true, responseStream: true } },
      { call: handler },
    ];
  }

  #leftOut(service: string, name: string): [ServiceDefinition, UntypedServiceImplementation] {
    const path = `/etcdserverpb.${service}/${name}`;
    const details = `leasehold serve has no ${service}.${name}: it is an etcd to test clients on, with KV, Lease and Watch`;
    const plain = { encode: () => Buffer.alloc(0), decode: () => ({}) };
    const handler: handleUnaryCall<Wire, Wire> = (_, answer) =>
      answer({ code: status.UNIMPLEMENTED, details });
    return [
      { call: { ...definitionOf(path, plain), requestStream: false, responseStream: false } },
      { call: handler },
    ];
  }

  /** One request of one client: each is a connection of its own to the model, which forgets it with its caller. */
  #ask(type: KvRequest["type"], call: Unary, answer: Answer): void {
    const forget = this.#submit(requestFromWire(type, call.request), (reply) => {
      if (reply.type === "ok") answer(null, responseToWire(reply.response));
      else answer({ code: STATUS[reply.code], details: reply.message });
    });
    call.on("cancelled", forget);
  }

  /** Returns how to forget it. */
  #submit(request: KvRequest, heard: (reply: ServerReply) => void): () => void {
    if (this.#etcd.state.mode === "down") {
      heard(DOWN);
      return () => undefined;
    }
    const fate = this.#tampers.next(request.type);
    if (fate === "request lost") return () => undefined;
    const client = this.#etcd.connect((output) => {
      this.#etcd.disconnect(client);
      if (fate === "answer lost") return;
      if (output.type === "reply") heard(output.reply);
      else if (output.type === "watchesBroken") heard(DOWN);
    });
    this.#etcd.tell({ type: "request", client, id: 1, request });
    return () => this.#etcd.disconnect(client);
  }

  /** An ordered stream: what is asked is answered in the order in which it came. */
  #keepAlive(stream: Duplex): void {
    const open: (() => void)[] = [];
    hear(stream, (found) => {
      const forget = this.#submit(requestFromWire("leaseKeepAlive", found), (reply) => {
        if (reply.type === "ok") stream.write(responseToWire(reply.response));
        else fail(stream, reply);
      });
      // To forget what was answered is nothing.
      open.push(forget);
      if (open.length > MOST_RENEWALS) open.shift();
    });
    stream.on("end", () => stream.end());
    stream.on("cancelled", () => {
      for (const forget of open) forget();
    });
  }

  #watch(stream: Duplex): void {
    if (this.#etcd.state.mode === "down") {
      fail(stream, DOWN);
      return;
    }
    const client = this.#etcd.connect((output) => {
      if (output.type === "watch") {
        // Back-pressure: what a slow watcher has not taken is kept by the stream, in order.
        if (this.#tampers.next("watch") !== "answer lost") stream.write(watchToResponse(output.response));
      } else if (output.type === "watchesBroken")
        fail(stream, { type: "error", code: output.code, message: output.message });
    });
    const gone = () => this.#etcd.disconnect(client);
    hear(stream, (found) => {
      if (this.#etcd.state.mode === "down") return;
      if (found["request"] === "create")
        this.#etcd.tell({ type: "watch", client, ...watchFromRequest(found["create"] as Wire) });
      else if (found["request"] === "cancel")
        this.#etcd.tell({
          type: "cancelWatch",
          client,
          watchId: Number((found["cancel"] as Wire)["watchId"]),
        });
      else this.#etcd.tell({ type: "watchProgress", client });
    });
    // A half-closed stream is still told.
    stream.on("cancelled", gone);
    stream.on("error", gone);
  }

  /** What needs no store is answered as long as the server is there. */
  #ready(answer: Answer, make: () => Wire): void {
    if (this.#etcd.state.mode === "down") answer({ code: status.UNAVAILABLE, details: DOWN.message });
    else answer(null, make());
  }

  #header(): Wire {
    const { raftTerm, store } = this.#etcd.state;
    return headerToWire({ revision: store.revision, raftTerm });
  }

  #status(): Wire {
    const { mode, options, raftTerm, store } = this.#etcd.state;
    const leader = mode === "electing" || mode === "stalledElecting" ? "0" : MEMBER_ID;
    const index = store.revision + 3;
    return {
      header: this.#header(),
      version: options.version,
      dbSize: 20_480,
      dbSizeInUse: 16_384,
      leader,
      raftIndex: index,
      raftAppliedIndex: index,
      raftTerm,
    };
  }

  #members(): Wire {
    const url = this.#url();
    return {
      header: this.#header(),
      members: [{ ID: MEMBER_ID, name: "leasehold", peerURLs: [url], clientURLs: [url] }],
    };
  }
}

const DOWN = {
  type: "error",
  code: "Unavailable",
  message: "etcd is down: leasehold ctl restart brings it back",
} as const;

function definitionOf(path: string, { decode, encode }: Codec) {
  return {
    path,
    requestSerialize: encode,
    requestDeserialize: decode,
    responseSerialize: encode,
    responseDeserialize: decode,
  };
}

/** What goes wrong with one message is its client's matter; the server stays. */
function hear(stream: Duplex, act: (found: Wire) => void): void {
  stream.on("data", (found: Wire) => {
    try {
      act(found);
    } catch (error) {
      fail(stream, {
        type: "error",
        code: "Internal",
        message: `a bug of leasehold serve: ${String(error)}`,
      });
    }
  });
}

function fail(stream: Duplex, { code, message }: Extract<ServerReply, { type: "error" }>): void {
  stream.emit("error", { code: STATUS[code], details: message });
}
