/** The etcd of a command that looks at roles: from its flags, Milvus' environment variables and a milvus.yaml. */
import { openEtcd, type EtcdAccess } from "../../coordinator/etcd-access.ts";
import { readSettings } from "../../coordinator/read-settings.ts";
import { environmentSource, NO_SOURCE, yamlSource } from "../../coordinator/sources.ts";
import { StartError } from "../../coordinator/start-error.ts";
import { readStandings, sessionRange, type RoleStanding } from "../../service/leaders.ts";
import { readText } from "../base/text-input.ts";
import { EXIT } from "../base/exit-codes.ts";
import { UserError } from "../base/user-error.ts";
import type { EtcdFlags } from "./flags.ts";

export interface RolesAccess extends EtcdAccess {
  readonly metaRoot: string;
  /** Every role as it stands, and the store's revision at which it does. */
  readonly standings: () => Promise<{ readonly revision: number; readonly roles: readonly RoleStanding[] }>;
}

/** Works with `use`, then lets go of etcd; what is wrong with settings or etcd becomes the command's own error. */
export async function withRoles<Result>(
  flags: EtcdFlags,
  use: (access: RolesAccess) => Promise<Result>,
): Promise<Result> {
  // For developers, not for operators: gRPC's use of TLS with a bare address warns of itself (DEP0123).
  process.noDeprecation = true;
  const { config } = flags;
  const file =
    config === undefined
      ? NO_SOURCE
      : yamlSource(config, readText(config, "name a milvus.yaml with --config"));
  let access: EtcdAccess | undefined;
  try {
    // Of a role's own settings none is used.
    const { settings } = readSettings("mixcoord", flags, {
      environment: environmentSource(process.env),
      file,
      hostName: undefined,
    });
    const metaRoot = `${settings.rootPath.value}/${settings.metaSubPath.value}`;
    access = openEtcd(settings);
    const { client, read } = access;
    const standings = async () => {
      const { header, kvs } = await read(sessionRange(metaRoot));
      return { revision: header.revision, roles: readStandings(kvs, metaRoot) };
    };
    return await use({ client, read, metaRoot, standings });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const { kind, remedy, what, where } = error;
    throw new UserError({
      what,
      remedy,
      exitCode: kind === "setting" ? EXIT.usage : EXIT.environment,
      ...(where === undefined ? {} : { where }),
    });
  } finally {
    access?.client.close();
  }
}
