/** The coordinators that Milvus has, and how its files, logs and ports name them (milvus-helm 5.0.19; Milvus 2.6 pkg/config). */

/** One of Milvus' coordinators. */
export interface MilvusRole {
  /** Its section of `milvus.yaml`: `rootCoord`. */
  readonly section: string;
  /** Its block of Helm's values: `rootCoordinator`. */
  readonly helmBlock: string;
  /** The gRPC port that `milvus.yaml` gives it. */
  readonly port: number;
  /** Its name in Milvus' log lines, and the file that writes them. */
  readonly title: string;
  readonly logFile: string;
}

/** By the word after `milvus run`, which is also the role in etcd's keys. */
export const MILVUS_ROLES = {
  rootcoord: {
    section: "rootCoord",
    helmBlock: "rootCoordinator",
    port: 53100,
    title: "RootCoord",
    logFile: "root_coord.go",
  },
  querycoord: {
    section: "queryCoord",
    helmBlock: "queryCoordinator",
    port: 19531,
    title: "QueryCoord",
    logFile: "server.go",
  },
  indexcoord: {
    section: "indexCoord",
    helmBlock: "indexCoordinator",
    port: 31000,
    title: "IndexCoord",
    logFile: "index_coord.go",
  },
  datacoord: {
    section: "dataCoord",
    helmBlock: "dataCoordinator",
    port: 13333,
    title: "DataCoord",
    logFile: "server.go",
  },
  mixcoord: {
    section: "mixCoord",
    helmBlock: "mixCoordinator",
    port: 53100,
    title: "MixCoord",
    logFile: "mix_coord.go",
  },
} as const satisfies Readonly<Record<string, MilvusRole>>;

/** `rootcoord`, `querycoord`, … */
export type MilvusRoleName = keyof typeof MILVUS_ROLES;

/** All of them, in the order of Helm's values. */
export const MILVUS_ROLE_NAMES = Object.keys(MILVUS_ROLES) as readonly MilvusRoleName[];

/** Milvus' other nodes, which register sessions and elect nobody. */
export const MILVUS_NODES: ReadonlySet<string> = new Set([
  "proxy",
  "querynode",
  "datanode",
  "indexnode",
  "streamingnode",
]);
