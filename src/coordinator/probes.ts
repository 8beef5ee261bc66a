/** What supervisors and Prometheus ask: alive, ready, and the metrics. Cheap, whoever asks and however often. */
import type { Status } from "../service/term.ts";
import type { Answer, Route } from "./http-gate.ts";
import type { Handler } from "./http-server.ts";

/** A page of metrics is rendered at most this often. */
const METRICS_EVERY_MS = 1000;

export interface Probed {
  readonly role: string;
  readonly status: () => Status;
  /** Whether there is a term that may serve at this instant. */
  readonly ready: () => boolean;
  /** Joining, activating or leaving lasts longer than its limit. */
  readonly overdue: () => boolean;
  readonly metrics: () => Promise<MetricsPage>;
}

export interface MetricsPage {
  readonly type: string;
  readonly text: string;
}

export function probeRoutes(of: Probed): readonly Route<Handler>[] {
  const metrics = kept(of.metrics, METRICS_EVERY_MS, () => performance.now());
  return [
    { name: "/healthz", path: /^\/healthz$/u, methods: { GET: () => health(of) } },
    {
      name: "/readyz",
      path: /^\/readyz$/u,
      methods: { GET: () => ({ ...health(of), code: of.ready() ? 200 : 503 }) },
    },
    {
      name: "/metrics",
      path: /^\/metrics$/u,
      methods: {
        GET: async () => {
          const { text, type } = await metrics();
          return { code: 200, body: text, headers: { "content-type": type } };
        },
      },
    },
  ];
}

/** Alive: the process takes part in the election, or is about to. Milvus counts a standby as healthy too. */
function health({ overdue, ready, role, status }: Probed): Answer {
  const now = status();
  // A claim that has run out serves nobody, whether or not its timer has fired.
  const state = !ready() && now.phase === "active" ? "leaving" : now.phase;
  const late = overdue();
  const alive = state !== "leaving" && state !== "ended" && !late;
  return {
    code: alive ? 200 : 503,
    body: { role, state, serverId: now.serverId, token: now.token, ...(late ? { overdue: true } : {}) },
  };
}

/** What `make` made, made anew for the first who asks when it is older than `everyMs`; a failure is not kept. */
export function kept<Value>(
  make: () => Promise<Value>,
  everyMs: number,
  now: () => number,
): () => Promise<Value> {
  let last: { readonly atMs: number; readonly made: Promise<Value> } | undefined;
  return () => {
    if (last !== undefined && now() - last.atMs < everyMs) return last.made;
    const made = make();
    const mine = { atMs: now(), made };
    last = mine;
    made.catch(() => {
      if (last === mine) last = undefined;
    });
    return made;
  };
}
