/** Clients that send what is none, hear nothing, or open too much: each is told one thing, and the server stays. */
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as dial } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EtcdClient } from "../../src/kv/etcd/client.ts";
import { startEtcd, type ServedEtcd } from "../../src/serve/serve.ts";

const LIMIT_MS = 120_000;
const GRPC = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
const WATCH = { ...GRPC, ":path": "/etcdserverpb.Watch/Watch" };

let etcd: ServedEtcd;
let client: EtcdClient;
let sessions: ClientHttp2Session[];
beforeEach(async () => {
  etcd = await startEtcd({ time: "manual" });
  client = new EtcdClient({ endpoints: [etcd.endpoint] });
  sessions = [];
});
afterEach(async () => {
  for (const one of sessions) one.destroy();
  // Whatever was sent to it: it serves on.
  const reply = await client.submit({ type: "put", key: "on", value: "" }, 60_000);
  client.close();
  etcd.close();
  if (reply.type !== "ok") throw new Error(reply.message);
});

async function session(): Promise<ClientHttp2Session> {
  const made = connect(`http://${etcd.endpoint}`);
  made.on("error", () => undefined);
  sessions.push(made);
  await new Promise((resolve) => made.once("remoteSettings", resolve));
  return made;
}

/** As gRPC ends a call. */
function ended(path: string, body: Buffer): Promise<string> {
  return session().then(
    (made) =>
      new Promise((resolve) => {
        const call = made.request({ ...GRPC, ":path": path });
        const tell = (found: Record<string, unknown>): void => {
          const status = found["grpc-status"];
          if (status !== undefined)
            resolve(`${Number(status)} ${decodeURIComponent(String(found["grpc-message"]))}`);
        };
        call.on("response", tell);
        call.on("trailers", tell);
        call.on("error", () => undefined);
        call.resume();
        call.end(body);
      }),
  );
}

it.each([
  ["garbage", "\u0000\u0001garbage".repeat(1000)],
  ["another protocol", "GET / HTTP/1.1\r\nhost: x\r\n\r\n"],
])("%s on the port ends its own connection", async (_, bytes) => {
  const [host = "", port = ""] = etcd.endpoint.split(":");
  const socket = dial(Number(port), host);
  socket.on("error", () => undefined).resume();
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
});

it.each([
  ["half a message", Buffer.from([0, 0, 0, 0, 50, 1, 2, 3]), /^12 Received no request message/u],
  ["a message that is none", Buffer.from([0, 0, 0, 0, 3, 255, 255, 255]), /^13 Error deserializing request/u],
])("%s ends its own call", async (_, body, says) => {
  expect(await ended("/etcdserverpb.KV/Put", body)).toMatch(says);
});

it(
  "more streams than there may be end at once, and those that end make room",
  { timeout: LIMIT_MS },
  async () => {
    const ends: string[] = [];
    const open = async (count: number): Promise<ClientHttp2Session> => {
      const made = await session();
      for (let at = 0; at < count; at++) {
        const stream = made.request(WATCH);
        stream.on("error", () => undefined);
        stream.on("response", (found) => {
          const status = found["grpc-status"];
          if (status !== undefined)
            ends.push(`${String(status)} ${decodeURIComponent(String(found["grpc-message"]))}`);
        });
      }
      return made;
    };
    const first = await open(5000);
    await open(5003);
    await expect.poll(() => ends, { timeout: LIMIT_MS }).toHaveLength(3);
    expect(new Set(ends)).toEqual(
      new Set(["8 more than 10000 streams are open: close those that nobody hears"]),
    );
    first.destroy();
    const stream = await new Promise<string>((resolve) => {
      client.watch(
        { key: "k" },
        { onMessage: ({ created }) => created && resolve("open"), onBroken: () => resolve("broken") },
      );
    });
    expect(stream).toBe("open");
  },
);

it("one that takes nothing is told so when too much waits for it", { timeout: LIMIT_MS }, async () => {
  const stream = (await session()).request(WATCH);
  const end = new Promise((resolve) => stream.once("trailers", resolve));
  stream.on("error", () => undefined);
  // { create_request: { key: "k" } }
  stream.write(Buffer.from([0, 0, 0, 0, 5, 0x0a, 3, 0x0a, 1, 0x6b]));
  await new Promise((resolve) => stream.once("response", resolve));
  for (let at = 0; at < 70; at++)
    await client.submit({ type: "put", key: "k", value: "x".repeat(1_000_000) }, 5000);
  stream.resume();
  expect(await end).toMatchObject({
    "grpc-status": "8",
    "grpc-message": expect.stringContaining("this%20client%20takes%20nothing"),
  });
});
