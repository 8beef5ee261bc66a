/** What a file is that is no log: its first lines tell, and which command takes it. */
import type { ForeignFile } from "../../evidence/evidence.ts";

const KINDS: readonly { readonly begins: RegExp; readonly what: string; readonly remedy: string }[] = [
  {
    begins: /"format":\s*"leasehold-/u,
    what: "it is what leasehold printed with --json",
    remedy: "name the logs themselves",
  },
  {
    begins: /^\s*\{\s*"resource(?:Logs|Spans|Metrics)"/u,
    what: "it is OTLP printed over several lines, or without logs and spans",
    remedy: "jq -c . FILE writes a line for each request; metrics tell no steps",
  },
  {
    begins: /^(?:PUT|DELETE)\r?\n/u,
    what: "it is what etcdctl watch prints without -w json, which tells no revisions",
    remedy: "etcdctl watch --prefix <root> --rev=<n> -w json prints what is not compacted yet once more",
  },
  {
    begins: /^"(?:ClusterID|MemberID|Revision)" : \d/mu,
    what: "it is what etcdctl prints with -w fields",
    remedy: "print it with -w json",
  },
  {
    begins: /^\{\s*\n\s*"(?:header|Header)":/u,
    what: "it is JSON of etcdctl printed over several lines",
    remedy: "leave it as etcdctl prints it, a line for each answer; jq rounds ids of leases",
  },
  {
    begins: /^(?:coordinators|faults|ttl|horizon):/mu,
    what: "it is a scenario",
    remedy: "leasehold simulate FILE runs it",
  },
  {
    begins: /^(?:root|query|data|index|mix)Coordinator:/mu,
    what: "these are Helm values",
    remedy: "leasehold simulate --helm FILE runs what they deploy",
  },
  {
    begins: /^services:/mu,
    what: "it is a docker-compose file",
    remedy: "leasehold simulate --compose FILE runs what it deploys; docker compose logs prints the logs",
  },
  {
    begins: /^(?:rootCoord|mixCoord|dataCoord|queryCoord):/mu,
    what: "it is a milvus.yaml",
    remedy: "leasehold simulate --milvus FILE runs what it sets up",
  },
];

/** Undefined: nobody knows it. `start`: its first lines. */
export function foreignKind(file: string, start: string): ForeignFile | undefined {
  const kind = KINDS.find(({ begins }) => begins.test(start));
  return kind === undefined
    ? undefined
    : { file, what: kind.what, remedy: kind.remedy.replace("FILE", file) };
}
