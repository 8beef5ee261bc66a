/** Spans of an election, by the SDK that makes and keeps them. */
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import { describe, expect, it } from "vitest";
import { traceElection } from "../../src/opentelemetry/trace-election.ts";
import type { ElectionNotice, MilestoneNotice, RequestNotice } from "../../src/service/notice.ts";

const milestone = (
  given: Pick<MilestoneNotice, "milestone"> & Partial<MilestoneNotice>,
): MilestoneNotice => ({
  type: "milestone",
  reason: undefined,
  serverId: 7,
  leaseId: "42",
  token: 11,
  ...given,
});
const request = (kind: string, given: Partial<RequestNotice> = {}): RequestNotice => ({
  type: "request",
  kind,
  result: "ok",
  reason: undefined,
  tookMs: 250,
  member: "https://etcd-1:2379",
  ...given,
});

/** What the exporter got, by name, after these notices. */
function spansOf(notices: readonly ElectionNotice[]): Map<string, ReadableSpan> {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const onNotice = traceElection({ role: "office", tracer: provider.getTracer("test") });
  for (const notice of notices) onNotice(notice);
  return new Map(exporter.getFinishedSpans().map((span) => [span.name, span]));
}
const traceIdOf = (span: ReadableSpan | undefined) => span?.spanContext().traceId;
const idOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

const TERM: readonly ElectionNotice[] = [
  request("campaign"),
  milestone({ milestone: "won" }),
  request("reload"),
  milestone({ milestone: "prepare" }),
  milestone({ milestone: "active" }),
  request("renew"),
  milestone({ milestone: "deposed" }),
];

describe("the spans of an election", () => {
  it("are an activation with its requests, a term linked to it, and a term's requests linked to the term", () => {
    const spans = spansOf([...TERM, milestone({ milestone: "stopping" }), request("revoke")]);
    const activation = spans.get("leasehold.activation");
    const term = spans.get("leasehold.term");
    const reload = spans.get("leasehold.request reload");
    const renew = spans.get("leasehold.request renew");
    expect(reload?.parentSpanContext?.spanId).toBe(idOf(activation));
    expect(term?.links.map(({ context }) => context.spanId)).toEqual([idOf(activation)]);
    expect(renew?.links.map(({ context }) => context.spanId)).toEqual([idOf(term)]);
    expect(new Set([activation, term, renew].map(traceIdOf)).size).toBe(3);
    for (const kind of ["campaign", "revoke"]) {
      const outside = spans.get(`leasehold.request ${kind}`);
      expect([outside?.parentSpanContext, outside?.links]).toEqual([undefined, []]);
    }
  });

  it("say whose they are, and of a request to whom it went, how it ended and how long it took", () => {
    const spans = spansOf([...TERM, milestone({ milestone: "stopping" })]);
    expect(spans.get("leasehold.term")?.attributes).toEqual({
      "leasehold.role": "office",
      "leasehold.server_id": 7,
      "leasehold.lease_id": "42",
      "leasehold.token": 11,
    });
    const renew = spans.get("leasehold.request renew");
    expect(renew?.kind).toBe(SpanKind.CLIENT);
    expect(renew?.attributes).toMatchObject({
      "leasehold.request.kind": "renew",
      "leasehold.request.result": "ok",
      "server.address": "etcd-1",
      "server.port": 2379,
    });
    const [seconds = 0, nanoseconds = 0] = renew?.duration ?? [];
    expect(seconds * 1000 + nanoseconds / 1e6).toBeCloseTo(250, 0);
  });

  it("end well when somebody asked for it, and with an error and its reason otherwise", () => {
    const statusOf = (...end: readonly ElectionNotice[]) => {
      const term = spansOf([...TERM, ...end]).get("leasehold.term");
      return [term?.status.code, term?.status.message, term?.attributes["leasehold.end.reason"]];
    };
    const { ERROR, UNSET } = SpanStatusCode;
    expect(statusOf(milestone({ milestone: "stopping" }))).toEqual([UNSET, undefined, undefined]);
    expect(statusOf(milestone({ milestone: "lost", reason: "handed over" }))).toEqual([
      UNSET,
      undefined,
      "handed over",
    ]);
    expect(statusOf(milestone({ milestone: "lost", reason: "lease gone" }))).toEqual([
      ERROR,
      "lease gone",
      "lease gone",
    ]);
  });

  it("end an activation that failed with its term, and a request that failed by itself", () => {
    const spans = spansOf([
      milestone({ milestone: "won" }),
      request("reload", { result: "unknown", reason: "no answer in time (DeadlineExceeded)" }),
      milestone({ milestone: "lost", reason: "activation timed out" }),
    ]);
    for (const name of ["leasehold.activation", "leasehold.term"])
      expect(spans.get(name)?.status).toEqual({
        code: SpanStatusCode.ERROR,
        message: "activation timed out",
      });
    expect(spans.get("leasehold.request reload")?.status.message).toContain("no answer in time");
  });

  it("are none without an SDK, and nothing is thrown", () => {
    expect(trace.getTracer("leasehold").startSpan("any").isRecording()).toBe(false);
    const onNotice = traceElection({ role: "office" });
    for (const notice of TERM) expect(onNotice(notice)).toBeUndefined();
  });
});
