/** `leasehold handover`: asks the active coordinator, by a mark on its session key, and waits until another leads. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { fromBytes } from "../../../models/bytes.ts";
import { handoverRequest } from "../../../models/dialect.ts";
import { NO_LEASE, type TxnResponse } from "../../../models/etcd-api.ts";
import { sessionKeyOf, type Leader } from "../../service/leaders.ts";
import { shown } from "../../words/shown.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { jsonDocument } from "../base/json.ts";
import type { Terminal } from "../base/terminal.ts";
import { UserError } from "../base/user-error.ts";
import { withRoles, type RolesAccess } from "./access.ts";
import type { HandoverFlags } from "./flags.ts";

const REQUEST_TIMEOUT_MS = 5000;
const LOOK_EVERY_MS = 50;

export function handover(role: string, flags: HandoverFlags, terminal: Terminal): Promise<ExitCode> {
  return withRoles(flags, async (access) => {
    const from = await leaderToAsk(access, role, flags.force === true);
    await ask(access, role, from);
    const askedAt = performance.now();
    const to = await successor(access, role, from, flags.timeout);
    const tookMs = Math.round(performance.now() - askedAt);
    if (flags.json === true) terminal.out(jsonDocument("handover", { role, from, to, tookMs }));
    else
      terminal.out(
        `${shown(role)}: ${nameOf(from)} handed over to ${nameOf(to)}, ${tookMs} ms after it was asked; ` +
          `token ${from.token} → ${to.token}\n`,
      );
    return EXIT.holds;
  });
}

function nameOf({ address, hostName, serverId }: Leader): string {
  return `id ${serverId}${hostName === "" ? "" : ` ${shown(hostName)}`} (${shown(address)})`;
}

/** Whoever leads, if it makes sense to ask. */
async function leaderToAsk(
  { metaRoot, standings }: RolesAccess,
  role: string,
  force: boolean,
): Promise<Leader> {
  const { roles } = await standings();
  const found = roles.find((one) => one.role === role);
  const leader = found?.leader;
  const noVerdict = (what: string, remedy: string) =>
    new UserError({ what, remedy, exitCode: EXIT.noVerdict });
  if (leader === undefined)
    throw noVerdict(`nobody leads ${shown(role)} under ${shown(metaRoot)}`, "see leasehold who");
  if (leader.leaseId === NO_LEASE)
    throw noVerdict(
      `the active key of ${shown(role)} has no lease: no coordinator put it, so none can be asked`,
      "look at it with leasehold who, then delete it with etcdctl del",
    );
  if (found?.others.length === 0 && !force)
    throw noVerdict(
      `nobody stands by for ${shown(role)}, so nobody would serve until ${nameOf(leader)} comes back itself`,
      "start another coordinator first, or say --force",
    );
  return leader;
}

/** Marks its session key; that key may change meanwhile, but seldom does. */
async function ask({ client, metaRoot, read }: RolesAccess, role: string, leader: Leader): Promise<void> {
  const key = sessionKeyOf(role, leader.serverId, metaRoot);
  for (let attempt = 0; attempt < 3; attempt++) {
    const session = (await read({ key })).kvs[0];
    if (session === undefined || session.lease !== leader.leaseId)
      throw new UserError({
        what: `${nameOf(leader)} has no session key ${shown(fromBytes(key))}, so it cannot be asked`,
        remedy:
          "it runs with active-standby off, or has just gone: see leasehold who; stop its process instead",
        exitCode: EXIT.noVerdict,
      });
    const reply = await client.submit(handoverRequest(session), REQUEST_TIMEOUT_MS);
    if (reply.type === "error")
      throw new UserError({
        what: `etcd refused the request: ${shown(reply.message)}`,
        remedy: remedyFor(reply.message),
        exitCode: EXIT.environment,
      });
    if ((reply.response as TxnResponse).succeeded) return;
  }
  throw new UserError({
    what: `the session key of ${nameOf(leader)} keeps changing`,
    remedy: "see leasehold who, and try again",
    exitCode: EXIT.environment,
  });
}

function remedyFor(message: string): string {
  if (message.includes("space exceeded"))
    return "etcd is full: etcdctl compact and etcdctl defrag make room, then etcdctl alarm disarm; see docs/production.md";
  if (/permission|auth/iu.test(message)) return "the user needs write permission below session/";
  return "see leasehold who, and try again";
}

async function successor(
  { standings }: RolesAccess,
  role: string,
  from: Leader,
  timeoutMs: number,
): Promise<Leader> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { roles } = await standings();
    const leader = roles.find((one) => one.role === role)?.leader;
    if (leader !== undefined && leader.token !== from.token) return leader;
    if (performance.now() >= deadline)
      throw new UserError({
        what:
          leader === undefined
            ? `${nameOf(from)} let go of ${shown(role)}, and nobody took it within ${timeoutMs / 1000} s`
            : `${nameOf(from)} was asked and still leads ${shown(role)} after ${timeoutMs / 1000} s`,
        remedy:
          leader === undefined
            ? "see leasehold who, and the logs of the standbys"
            : "is it a coordinator of this package? Milvus' own do not listen: stop its process instead",
        exitCode: EXIT.environment,
      });
    await pause(LOOK_EVERY_MS);
  }
}
