/** The role is kept, whoever is at the door: what clients of the HTTP API do costs them answers, and never the lease. */
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HTTP_LIMITS } from "../../src/coordinator/http-server.ts";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { describeWith } from "../helpers/require.ts";
import { until } from "./coordinator.ts";
import { META, ROLE, Stage } from "./stage.ts";

/** A lease of 2 s is renewed three times in its life; so many renewals are several lives. */
const RENEWALS = 9;

describeWith("etcd", "a coordinator whose door is flooded", (executable) => {
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
  }, 60_000);
  afterAll(() => etcd.stop());

  it.each<[string, string, boolean, boolean]>([
    ["pipelined requests for its metrics", "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", true, false],
    [
      "pipelined requests whose answers nobody reads",
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
      false,
      false,
    ],
    ["pipelined requests that it refuses", "GET // HTTP/1.1\r\nHost: evil.example\r\n\r\n", true, false],
    [
      "requests for the catalogue, at a door without the probes",
      "GET /collections HTTP/1.1\r\nHost: localhost\r\n\r\n",
      true,
      true,
    ],
    ["blank lines", "\r\n", true, false],
  ])(
    "keeps the role through %s",
    async (_, request, reads, apart) => {
      const stage = new Stage([etcd.endpoint]);
      let flooding = true;
      try {
        const process = stage.start(0, apart ? ["--admin-address", "127.0.0.1:0"] : []);
        await process.says("serving the catalogue");
        const before = await stage.get(`${META}/session/${ROLE}`);
        const { port } = new URL(await process.url());
        const text = Buffer.from(request.repeat(Math.ceil(100_000 / request.length)));
        let opened = 0;
        const flood = (): void => {
          if (!flooding) return;
          opened++;
          const socket: Socket = connect(Number(port), "127.0.0.1");
          const more = (): void => {
            while (flooding && socket.writable && socket.write(text));
          };
          socket.on("error", () => undefined);
          socket.on("close", () => void setImmediate(flood));
          socket.on("connect", more).on("drain", more);
          if (reads) socket.resume();
          else socket.pause();
        };
        // More than it lets in, so that there are some who come again and again.
        for (let client = 0; client < HTTP_LIMITS.connections * 1.5; client++) flood();
        const file = stage.recordings()[0] ?? "";
        const renewals = () =>
          readFileSync(file, "utf8").match(/"type":"request","purpose":"renew"/gu)?.length ?? 0;
        const already = renewals();
        await until(
          () => Promise.resolve(renewals() - already),
          (count) => count >= RENEWALS,
          "it does not renew",
        );
        // Whoever supervises it is answered in the midst of it, at a door of their own.
        if (apart) {
          const { status } = await fetch(`${await process.admin()}/readyz`);
          expect(status).toBe(200);
        }
        expect(opened).toBeGreaterThan(HTTP_LIMITS.connections);
        flooding = false;
        const after = await stage.get(`${META}/session/${ROLE}`);
        expect(after).toEqual(before);
        expect(process.log()).not.toMatch(/no longer ACTIVE|membership lost/u);
      } finally {
        flooding = false;
        await stage.close();
      }
    },
    60_000,
  );
});
