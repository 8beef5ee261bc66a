/** etcd's gRPC services over a live simulated etcd: one endpoint for each of its members. */
import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Wire } from "../kv/etcd/schema.ts";
import { openEndpointDoor, type EndpointDoor } from "./endpoint-door.ts";
import type { Guest } from "./guests.ts";
import {
  bugOf,
  callOf,
  decoded,
  isFailure,
  sizeRefusalOf,
  statusOf,
  type AskedCall,
  type Duplex,
  type CallError,
  type Offered,
} from "./rpc.ts";

/** What it refuses by itself is far beyond what etcd does, whose text is another. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;

/** Each costs some 25 KiB: whoever opens more by mistake is told so, and the server stays. */
const MOST_STREAMS = 10_000;
const TOO_MANY = {
  code: status.RESOURCE_EXHAUSTED,
  details: `more than ${MOST_STREAMS} streams are open: close those that nobody hears`,
};

export interface GrpcServer {
  /** Each member's, the first one first. */
  readonly ports: readonly number[];
  /** Cuts one client's connection. */
  cut(peer: string): void;
  /** Whether connections are taken at a member's endpoint; where not, those that are there end. */
  admit(member: number, admitted: boolean): void;
  /** Ends every connection. */
  close(): void;
}

/** Who is at the other end of a connection. */
export interface Reception {
  guestAt(peer: string, member: number, agent: string): Guest;
  left(peer: string): void;
}

/** Listens there, on a port for each member; rejects where one cannot be had. 0: any free one. */
export async function openGrpcServer(
  offered: readonly Offered[],
  reception: Reception,
  host: string,
  wanted: readonly number[],
): Promise<GrpcServer> {
  const server = new Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE,
    "grpc.max_send_message_length": -1,
    "grpc.enable_channelz": 0,
  });
  const members = new Map<string, number>();
  const guestAt = (peer: string, agent: string): Guest =>
    reception.guestAt(peer, members.get(peer) ?? 1, agent);
  let streams = 0;
  const admits = (stream: Duplex | ServerWritableStream<Wire, Wire>): boolean => {
    if (streams === MOST_STREAMS) {
      stream.emit("error", TOO_MANY);
      return false;
    }
    streams += 1;
    let open = true;
    const over = (): void => {
      if (open) streams -= 1;
      open = false;
    };
    for (const end of ["close", "cancelled", "error", "finish"]) stream.once(end, over);
    return true;
  };
  for (const one of offered) server.addService(...serviceOf(one, guestAt, admits));
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const doors: EndpointDoor[] = [];
  const close = (): void => {
    for (const door of doors) door.close();
    server.forceShutdown();
  };
  try {
    for (const [at, port] of wanted.entries())
      doors.push(
        await openEndpointDoor(host, port, {
          connected(socket) {
            members.set(`${socket.remoteAddress}:${socket.remotePort}`, at + 1);
            injector.injectConnection(socket);
          },
          left(peer) {
            members.delete(peer);
            reception.left(peer);
          },
        }),
      );
  } catch (error) {
    close();
    throw error;
  }
  return {
    ports: doors.map(({ port }) => port),
    cut: (peer) => {
      for (const door of doors) door.cut(peer);
    },
    admit(member, admitted) {
      const door = doors[member - 1];
      if (admitted) door?.open();
      else door?.shut();
    },
    close,
  };
}

function serviceOf(
  offered: Offered,
  guestAt: (peer: string, agent: string) => Guest,
  admits: (stream: Duplex | ServerWritableStream<Wire, Wire>) => boolean,
): [ServiceDefinition, UntypedServiceImplementation] {
  const { path, served } = offered.procedure;
  const { decode, encode } = served;
  const common = {
    path,
    requestSerialize: encode,
    requestDeserialize: (bytes: Buffer) => decoded(bytes, decode),
    responseSerialize: encode,
    responseDeserialize: decode,
  };
  switch (offered.type) {
    case "unary":
      return [
        { call: { ...common, requestStream: false, responseStream: false } },
        {
          call(call: ServerUnaryCall<Wire, Wire>, answer: sendUnaryData<Wire>) {
            const give = (found: Wire | CallError): void =>
              isFailure(found) ? answer(statusOf(found)) : answer(null, found);
            guarded(
              () => {
                const refused = sizeRefusalOf(call.request);
                if (refused === undefined) offered.serve(askedOf(call, guestAt), give);
                else give(refused);
              },
              (bug) => answer(bug),
            );
          },
        },
      ];
    case "told":
      return [
        { call: { ...common, requestStream: false, responseStream: true } },
        {
          call(call: ServerWritableStream<Wire, Wire>) {
            if (!admits(call)) return;
            const out = {
              write: (found: Wire) => void call.write(found),
              fail: (failed: CallError) => void call.emit("error", statusOf(failed)),
            };
            guarded(
              () => offered.serve(askedOf(call, guestAt), out),
              (bug) => void call.emit("error", bug),
            );
          },
        },
      ];
    case "stream":
      return [
        { call: { ...common, requestStream: true, responseStream: true } },
        {
          call(stream: Duplex) {
            if (!admits(stream)) return;
            guarded(
              () => offered.serve(callOf(stream, guestAt), stream),
              (bug) => void stream.emit("error", bug),
            );
          },
        },
      ];
  }
}

function askedOf(
  call: ServerUnaryCall<Wire, Wire> | ServerWritableStream<Wire, Wire>,
  guestAt: (peer: string, agent: string) => Guest,
): AskedCall {
  return {
    ...callOf(call, guestAt),
    fields: call.request,
    onGone: (act) => void call.on("cancelled", act),
  };
}

/** What goes wrong with one call is its caller's matter; the server stays. */
function guarded(act: () => void, failed: (bug: ReturnType<typeof bugOf>) => void): void {
  try {
    act();
  } catch (error) {
    failed(bugOf(error));
  }
}
