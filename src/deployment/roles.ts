/** The coordinators that Milvus has, and how its files name them (milvus-helm 5.0.19; Milvus 2.6 pkg/config). */

/** `root`, `query`, ...: Helm's `rootCoordinator`, milvus.yaml's `rootCoord`, the command line's `rootcoord`. */
export const KINDS = ["root", "query", "index", "data", "mix"] as const;
export type Kind = (typeof KINDS)[number];

export function roleOf(kind: Kind): string {
  return `${kind}coord`;
}

/** Milvus takes environment and milvus.yaml for the same names once these are gone (pkg/config formatKey). */
export function plainKey(name: string): string {
  return name.replace(/[/_.]/gu, "").toLowerCase();
}
