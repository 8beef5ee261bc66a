/**
 * A gRPC channel without a socket: clients that stand on `@grpc/grpc-js`, such as npm's `etcd3`, reach etcd by it as a simulated process
 * does. Their own code runs unchanged above it, down to how messages are written; docs/decisions/0019.
 */
import { connectivityState, status, type ClientOptions, type Metadata } from "@grpc/grpc-js";
import {
  SERVICES,
  WITHOUT_DEADLINE_MS,
  type Answering,
  type ChannelPort,
  type Service,
} from "./grpc-channel-services.ts";

/** What grpc-js' clients ask of a channel. */
type Channel = NonNullable<ClientOptions["channelOverride"]>;
type GrpcCall = ReturnType<Channel["createCall"]>;
type Listener = Parameters<GrpcCall["start"]>[1];

/** A client's options for its channel: `grpcOptions` of `etcd3`, the third argument of grpc-js' clients. */
export interface GrpcOptions {
  /** Makes a channel that leads to the simulated etcd, whatever the address. */
  readonly channelFactoryOverride: (address: string, ...others: never[]) => Channel;
}

export function grpcOptions(port: ChannelPort): GrpcOptions {
  return { channelFactoryOverride: (address) => new VirtualChannel(address, port) };
}

class VirtualChannel implements Channel {
  readonly #address: string;
  readonly #port: ChannelPort;
  #open = true;

  constructor(address: string, port: ChannelPort) {
    this.#address = address;
    this.#port = port;
  }

  close(): void {
    this.#open = false;
  }

  getTarget(): string {
    return this.#address;
  }

  getConnectivityState(): connectivityState {
    return this.#open ? connectivityState.READY : connectivityState.SHUTDOWN;
  }

  watchConnectivityState(): never {
    throw new Error(
      "leasehold/testing: a simulated channel is ready from the start; there is nothing to wait for",
    );
  }

  getChannelzRef(): never {
    throw new Error("leasehold/testing: a simulated channel is not seen by channelz");
  }

  createCall(method: string, deadline: Date | number): GrpcCall {
    // As grpc-js says it.
    if (!this.#open) throw new Error("Channel has been shut down");
    return new VirtualCall(method, Number(deadline), this.#port, this.#address);
  }
}

class VirtualCall implements GrpcCall, Answering {
  readonly port: ChannelPort;
  readonly #method: string;
  readonly #deadlineAt: number;
  readonly #address: string;
  #service: Service | undefined;
  #listener: Listener | undefined;
  #sent: Metadata | undefined;
  #begun = false;
  #reads = 0;
  #told: readonly Buffer[] = [];
  #end: { readonly code: status; readonly details: string } | undefined;
  #over = false;
  #disarm: () => void = () => undefined;

  constructor(method: string, deadlineAt: number, port: ChannelPort, address: string) {
    this.#method = method;
    this.#deadlineAt = deadlineAt;
    this.port = port;
    this.#address = address;
  }

  start(metadata: Metadata, listener: Listener): void {
    this.#listener = listener;
    this.#sent = metadata;
    this.port.asked(this.#method);
    this.#service = SERVICES[this.#method]?.(this);
    if (this.#service === undefined) {
      this.end(
        status.UNIMPLEMENTED,
        `leasehold/testing simulates etcd's KV, Lease and Watch; ${this.#method} is none of their procedures`,
      );
      return;
    }
    if (this.#deadlineAt < Infinity)
      this.#disarm = this.port.arm(this.#leftMs(), () =>
        this.end(status.DEADLINE_EXCEEDED, "Deadline exceeded"),
      );
  }

  sendMessageWithContext({ callback }: { readonly callback?: () => void }, message: Buffer): void {
    if (callback !== undefined) process.nextTick(callback);
    if (this.#end === undefined) this.#service?.message(message);
  }

  startRead(): void {
    this.#reads += 1;
    this.#deliverSoon();
  }

  halfClose(): void {
    if (this.#end === undefined) this.#service?.ended();
  }

  cancelWithStatus(code: status, details: string): void {
    this.#told = [];
    this.end(code, details);
  }

  getPeer(): string {
    return this.#address;
  }

  getCallNumber(): number {
    return 0;
  }

  setCredentials(): void {
    // Nobody asks for any.
  }

  getAuthContext(): null {
    return null;
  }

  timeoutMs(): number {
    return this.#deadlineAt < Infinity ? this.#leftMs() : WITHOUT_DEADLINE_MS;
  }

  tell(message: Buffer): void {
    if (this.#end !== undefined) return;
    this.#told = [...this.#told, message];
    this.#deliverSoon();
  }

  end(code: status, details: string): void {
    if (this.#end !== undefined) return;
    this.#end = { code, details };
    this.#disarm();
    this.#service?.gone();
    this.#deliverSoon();
  }

  #leftMs(): number {
    return Math.max(0, this.#deadlineAt - this.port.now());
  }

  /** Never during a call of the client's. */
  #deliverSoon(): void {
    process.nextTick(() => this.#deliver());
  }

  #deliver(): void {
    const listener = this.#listener;
    if (listener === undefined || this.#over) return;
    const [message, ...rest] = this.#told;
    if (message !== undefined) {
      if (this.#reads === 0) return;
      this.#reads -= 1;
      this.#told = rest;
      if (!this.#begun) listener.onReceiveMetadata(this.#nothingSaid());
      this.#begun = true;
      listener.onReceiveMessage(message);
      this.#deliverSoon();
    } else if (this.#end !== undefined) {
      this.#over = true;
      listener.onReceiveStatus({ ...this.#end, metadata: this.#nothingSaid() });
    }
  }

  /** Of the client's own grpc-js, which may be another one than ours. */
  #nothingSaid(): Metadata {
    return Reflect.construct((this.#sent as Metadata).constructor, []) as Metadata;
  }
}
