/** The door with real clients at it: what it lets them hold, and that everybody else is still served. */
import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Route } from "../../src/coordinator/http-gate.ts";
import { HTTP_LIMITS, openDoor, type Door, type Handler } from "../../src/coordinator/http-server.ts";
import { StartError } from "../../src/coordinator/start-error.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Surroundings extends Door {
  /** Lets what waits be answered. */
  release(): void;
  /** What handlers threw. */
  readonly faults: readonly unknown[];
  /** How many requests were handed on. */
  handed(): number;
}

async function door(): Promise<Surroundings> {
  let handed = 0;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const page = `${"x".repeat(100_000)}\n`;
  const routes: readonly Route<Handler>[] = [
    {
      name: "/page",
      path: /^\/page$/u,
      methods: {
        GET() {
          handed++;
          return { code: 200, body: page };
        },
      },
    },
    {
      name: "/wait",
      path: /^\/wait$/u,
      waits: true,
      methods: { GET: () => released.then(() => ({ code: 200, body: {} })) },
    },
    {
      name: "/bug",
      path: /^\/bug$/u,
      methods: { GET: () => Promise.reject(new TypeError("a bug")) },
    },
    {
      name: "/body",
      path: /^\/body$/u,
      methods: {
        async POST({ body }) {
          const text = await body();
          return text === undefined ? { code: 413, body: {} } : { code: 200, body: { length: text.length } };
        },
      },
    },
  ];
  const faults: unknown[] = [];
  const open = await openDoor({
    host: "127.0.0.1",
    port: 0,
    flag: "--port",
    gate: { hosts: [], token: "" },
    routes,
    onFault: (error) => faults.push(error),
  });
  closers.push(() => open.close());
  return { ...open, release, handed: () => handed, faults };
}

function dial({ port }: Door): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  closers.push(() => socket.destroy());
  return socket;
}

/** Everything that comes until the other end closes. */
async function all(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("latin1").on("data", (more: string) => {
    text += more;
  });
  await once(socket, "close");
  return text;
}

const codes = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d+)/gmu)].map(([, code]) => Number(code));
const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const last = (path: string) => get(path, "Connection: close\r\n");

/** The code of an answer to a request of one's own connection. */
function ask({ port }: Door, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", path, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    })
      .on("error", reject)
      .end();
  });
}

describe("the door", () => {
  it("answers pipelined requests in their order, however they are cut", async () => {
    const open = await door();
    const socket = dial(open);
    const text = get("/page") + get("/nowhere") + get("/page") + last("//");
    for (const byte of text) socket.write(byte);
    expect(codes(await all(socket))).toEqual([200, 404, 200, 404]);
  });

  it("answers a request whose client has no more to say", async () => {
    const open = await door();
    const socket = dial(open);
    socket.end(get("/page") + get("/page"));
    expect(codes(await all(socket))).toEqual([200, 200]);
  });

  it("answers a body and the request behind it", async () => {
    const open = await door();
    const socket = dial(open);
    const type = "Content-Type: application/json\r\n";
    socket.write(
      `POST /body HTTP/1.1\r\nHost: localhost\r\n${type}Content-Length: 6\r\n\r\na\r\n\r\nb${last("/page")}`,
    );
    const text = await all(socket);
    expect([codes(text), text.includes('{"length":6}')]).toEqual([[200, 200], true]);
  });

  it.each<[string, string, number]>([
    ["a length that is too great", `Content-Length: 70000\r\n\r\n${"a".repeat(70_000)}`, 413],
    ["a length that is only claimed", "Content-Length: 9999999999\r\n\r\n", 413],
    ["no length and no end", `Transfer-Encoding: chunked\r\n\r\nffffff\r\n${"a".repeat(200_000)}`, 413],
    ["a head without end", `${"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(400)}`, 431],
    ["two lengths", "Content-Length: 1\r\nContent-Length: 2\r\n\r\naa", 400],
  ])("refuses %s and lets go of the client", async (_, rest, code) => {
    const open = await door();
    const socket = dial(open);
    socket.write(`POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${rest}`);
    expect(codes(await all(socket))).toEqual([code]);
  });

  it("goes on with a connection for so many requests, then takes leave", async () => {
    const open = await door();
    const socket = dial(open);
    socket.write(get("/nowhere").repeat(HTTP_LIMITS.requestsPerConnection + 500));
    const found = await all(socket);
    expect(codes(found)).toHaveLength(HTTP_LIMITS.requestsPerConnection);
    expect(found.match(/connection: close/giu)).toHaveLength(1);
  });

  it("hands on nothing more for a client that does not read", async () => {
    const open = await door();
    const deaf = dial(open).pause();
    await once(deaf, "connect");
    // More than the system's own buffers hold, or it would take all the answers for read.
    deaf.write(get("/page").repeat(HTTP_LIMITS.requestsPerConnection));
    const others: (number | undefined)[] = [];
    let before = -1;
    // Others are served meanwhile; when none more is handed on between two of them, the deaf one is stuck.
    while (others.length < 5 || open.handed() - before > 1) {
      before = open.handed();
      others.push(await ask(open, "/page"));
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => void setImmediate(resolve));
    }
    expect(new Set(others)).toEqual(new Set([200]));
    // Loopback's buffers hold about ten megabytes.
    expect(open.handed()).toBeLessThan(HTTP_LIMITS.requestsPerConnection / 2);
  });

  it("lets only so many wait for etcd, and the probes pass them by", async () => {
    const open = await door();
    const waiting = Array.from({ length: HTTP_LIMITS.waiting }, () => ask(open, "/wait"));
    let refused: number | undefined;
    // The first ones must have arrived.
    while (refused !== 429) refused = await Promise.race([ask(open, "/wait"), ask(open, "/page")]);
    expect(await ask(open, "/page")).toBe(200);
    open.release();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => 200));
    expect(await ask(open, "/wait")).toBe(200);
  });

  it("closes connections beyond its number, and takes new ones when others have gone", async () => {
    const open = await door();
    const idle = await Promise.all(
      Array.from({ length: HTTP_LIMITS.connections }, async () => {
        const socket = dial(open);
        socket.write(get("/nowhere"));
        await once(socket, "readable");
        return socket;
      }),
    );
    const beyond = dial(open);
    beyond.write(get("/page"));
    expect(await all(beyond)).toBe("");
    idle[0]?.destroy();
    for (;;) {
      const code = await ask(open, "/page").catch(() => undefined);
      if (code === 200) break;
    }
  });

  it("answers 500 where a handler throws, and tells the log of it", async () => {
    const { faults, port } = await door();
    const answer = await fetch(`http://127.0.0.1:${port}/bug`);
    expect({ code: answer.status, body: await answer.json() }).toEqual({
      code: 500,
      body: { error: "a bug" },
    });
    expect(faults).toEqual([new TypeError("a bug")]);
  });

  it("cannot be had twice, and says which flag to change", async () => {
    const { port } = await door();
    const again = openDoor({
      host: "127.0.0.1",
      port,
      flag: "--admin-address",
      gate: { hosts: [], token: "" },
      routes: [],
      onFault: () => undefined,
    });
    await expect(again).rejects.toThrow(StartError);
    await expect(again).rejects.toMatchObject({
      where: "--admin-address",
      what: `port ${port} of 127.0.0.1 is in use`,
    });
  });
});
