/** A coordinator with an OpenTelemetry SDK in its process, started before it as any Node program has it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startEtcd, type RealEtcd } from "../helpers/real-etcd.ts";
import { ROOT } from "../helpers/repository.ts";
import { describeWith } from "../helpers/require.ts";
import { startCoordinator } from "./coordinator.ts";

/** Writes the name and the role of each span that ends, a line each. */
const telemetry = (file: string): string => `
import { appendFileSync } from "node:fs";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
const exporter = {
  export(spans, done) {
    for (const { attributes, name } of spans)
      appendFileSync(${JSON.stringify(file)}, JSON.stringify({ name, role: attributes["leasehold.role"] }) + "\\n");
    done({ code: 0 });
  },
  shutdown: async () => undefined,
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
`;

describeWith("etcd", "a coordinator with an OpenTelemetry SDK", (executable) => {
  // Inside the project, so that the SDK is found.
  mkdirSync(join(ROOT, ".leasehold"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".leasehold", "spans-"));
  const [setup, spans] = [join(folder, "telemetry.mjs"), join(folder, "spans.jsonl")];
  let etcd: RealEtcd;
  beforeAll(async () => {
    etcd = await startEtcd(executable);
    writeFileSync(setup, telemetry(spans));
    writeFileSync(spans, "");
  }, 60_000);
  afterAll(async () => {
    await etcd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells it of its activation, its term and its requests", async () => {
    const coordinator = startCoordinator(
      "traced",
      ["rootcoord", "--active-standby", "--etcd", etcd.endpoint, "--port", "0"],
      { NODE_OPTIONS: `--import ${setup}` },
    );
    await coordinator.says("serving the catalogue");
    coordinator.signal("SIGTERM");
    expect(await coordinator.ended).toBe(0);
    const told = readFileSync(spans, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; role: string });
    const names = told.map(({ name }) => name);
    for (const name of [
      "activation",
      "term",
      "request grant",
      "request campaign",
      "request reload",
      "request revoke",
    ])
      expect(names).toContain(`leasehold.${name}`);
    expect(new Set(told.map(({ role }) => role))).toEqual(new Set(["rootcoord"]));
  });
});
