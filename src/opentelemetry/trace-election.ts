/**
 * An election as spans, made of its notices: a term of office, an activation, and each request to etcd.
 *
 * A term may last for weeks, and a trace should not. So an activation is a trace of its own, with the requests that it takes as
 * its children; a term is one span, linked to the activation it began with; and each request of a term is a trace of its own,
 * linked to the term.
 */
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import type { LossReason, Milestone } from "../../models/election-vocabulary.ts";
import type { ElectionNotice, MilestoneNotice, RequestNotice } from "../service/notice.ts";
import { VERSION } from "../version.ts";

/** What spans say of whose they are. */
export interface TraceOptions {
  /** As given to `runElection`. */
  readonly role: string;
  /** Default: the global provider's, under the name `leasehold`. */
  readonly tracer?: Tracer;
}

/** Milestones that end a term, and an activation that has not become active. */
const ENDS: ReadonlySet<Milestone> = new Set(["lost", "stopping"]);

/**
 * An `onNotice` for {@link ElectionOptions} that makes spans: `leasehold.activation` and `leasehold.term`, each with the role, the
 * server id and the fencing token, and `leasehold.request <kind>` of kind client, with the member and the result. Whatever ends
 * badly has the status error. Without an SDK it costs next to nothing and does nothing.
 */
export function traceElection({
  role,
  tracer = trace.getTracer("leasehold", VERSION),
}: TraceOptions): (notice: ElectionNotice) => void {
  const spans = new ElectionSpans(tracer, role);
  return (notice) => {
    if (notice.type === "milestone") spans.milestone(notice);
    else if (notice.type === "request") spans.request(notice);
  };
}

class ElectionSpans {
  readonly #tracer: Tracer;
  readonly #role: string;
  #activation: Span | undefined;
  #term: Span | undefined;

  constructor(tracer: Tracer, role: string) {
    this.#tracer = tracer;
    this.#role = role;
  }

  milestone({ leaseId, milestone, reason, serverId, token }: MilestoneNotice): void {
    const attributes = {
      "leasehold.role": this.#role,
      "leasehold.server_id": serverId,
      "leasehold.lease_id": leaseId,
      "leasehold.token": token,
    };
    if (milestone === "won") {
      this.#activation = this.#begin("leasehold.activation", attributes, []);
      this.#term = this.#begin("leasehold.term", attributes, linkTo(this.#activation));
    }
    if (milestone === "prepare") this.#activation?.addEvent("metadata loaded");
    if (milestone === "active") {
      this.#activation?.end();
      this.#activation = undefined;
      this.#term?.addEvent("serving");
    }
    if (milestone === "deposed") this.#term?.addEvent("serving no longer");
    if (ENDS.has(milestone)) this.#end(reason);
  }

  request({ kind, member, reason, result, tookMs }: RequestNotice): void {
    // A watch has no length: it goes on.
    if (tookMs === undefined) return;
    const endMs = performance.timeOrigin + performance.now();
    const parent = this.#activation;
    const { hostname, port } = new URL(member);
    const span = this.#tracer.startSpan(
      `leasehold.request ${kind}`,
      {
        kind: SpanKind.CLIENT,
        startTime: endMs - tookMs,
        ...(parent === undefined ? { root: true, links: linkTo(this.#term) } : {}),
        attributes: {
          "leasehold.role": this.#role,
          "leasehold.request.kind": kind,
          "leasehold.request.result": result,
          "rpc.system": "grpc",
          "server.address": hostname,
          "server.port": Number(port),
        },
      },
      parent === undefined ? undefined : trace.setSpan(context.active(), parent),
    );
    if (reason !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
    span.end(endMs);
  }

  #begin(name: string, attributes: Attributes, links: Link[]): Span {
    return this.#tracer.startSpan(name, { root: true, attributes, links });
  }

  #end(reason: LossReason | undefined): void {
    for (const span of [this.#activation, this.#term]) {
      if (span === undefined) continue;
      if (reason !== undefined) span.setAttribute("leasehold.end.reason", reason);
      // An operator asked for it: no error.
      if (reason !== undefined && reason !== "handed over")
        span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
      span.end();
    }
    this.#activation = undefined;
    this.#term = undefined;
  }
}

function linkTo(span: Span | undefined): Link[] {
  return span === undefined ? [] : [{ context: span.spanContext() }];
}
