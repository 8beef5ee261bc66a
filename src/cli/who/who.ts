/** `leasehold who`: who leads each role, once or as it changes. */
import { isDeepStrictEqual } from "node:util";
import { NO_LEASE, type LeaseTimeToLiveResponse } from "../../../models/etcd-api.ts";
import { MILVUS_NODES } from "../../milvus/roles.ts";
import { readChange, sessionRange, type Leader, type RoleStanding } from "../../service/leaders.ts";
import { EXIT, type ExitCode } from "../base/exit-codes.ts";
import { documentHead, jsonDocument } from "../base/json.ts";
import { listenForSignals } from "../base/signals.ts";
import type { Terminal } from "../base/terminal.ts";
import { withRoles, type RolesAccess } from "./access.ts";
import type { WhoFlags } from "./flags.ts";
import { renderChange, renderNone, renderRoles, warningOf, type ShownRole } from "./render.ts";
import { shown } from "../../words/shown.ts";

const REQUEST_TIMEOUT_MS = 5000;

export function who(roles: readonly string[], flags: WhoFlags, terminal: Terminal): Promise<ExitCode> {
  return withRoles(flags, async (access) => {
    const { revision, roles: all } = await access.standings();
    const asked = await withLeases(access, chosen(all, roles));
    if (flags.json !== true) {
      terminal.out(asked.length === 0 ? renderNone(access.metaRoot) : renderRoles(asked, terminal.paint));
      for (const { warning } of asked) tellWarning(terminal, warning);
    } else if (flags.watch !== true) terminal.out(jsonDocument("who", { roles: asked }));
    if (flags.watch === true) return new Watching(access, roles, asked, flags, terminal).from(revision);
    return asked.length > 0 && asked.every(({ leader }) => leader !== undefined)
      ? EXIT.holds
      : EXIT.noVerdict;
  });
}

/** The roles that were asked for, found or not; every role that can have a leader, if none was. */
function chosen(all: readonly RoleStanding[], roles: readonly string[]): readonly RoleStanding[] {
  if (roles.length === 0)
    return all.filter(({ leader, role }) => leader !== undefined || !MILVUS_NODES.has(role));
  return roles.map((role) => all.find((one) => one.role === role) ?? { role, leader: undefined, others: [] });
}

function withLeases({ client }: RolesAccess, roles: readonly RoleStanding[]): Promise<readonly ShownRole[]> {
  return Promise.all(
    roles.map(async (standing): Promise<ShownRole> => {
      const { leader } = standing;
      const warning = warningOf(standing);
      const one = warning === undefined ? standing : { ...standing, warning };
      if (leader === undefined || leader.leaseId === NO_LEASE) return one;
      const reply = await client.submit({ type: "leaseTimeToLive", id: leader.leaseId }, REQUEST_TIMEOUT_MS);
      if (reply.type === "error") return one;
      const { ttlSeconds } = reply.response as LeaseTimeToLiveResponse;
      return ttlSeconds < 0 ? one : { ...one, leaseLeftSeconds: ttlSeconds };
    }),
  );
}

function tellWarning({ err }: Terminal, warning: string | undefined): void {
  if (warning !== undefined) err(`leasehold: warning: ${warning}\n`);
}

/** Tells each change of a leader, until a signal. */
class Watching {
  readonly #access: RolesAccess;
  /** Empty: every role. */
  readonly #roles: ReadonlySet<string>;
  readonly #known: Map<string, Leader | undefined>;
  readonly #json: boolean;
  readonly #terminal: Terminal;

  constructor(
    access: RolesAccess,
    roles: readonly string[],
    found: readonly RoleStanding[],
    { json }: WhoFlags,
    terminal: Terminal,
  ) {
    this.#access = access;
    this.#roles = new Set(roles);
    this.#known = new Map(found.map(({ leader, role }) => [role, leader]));
    this.#json = json === true;
    this.#terminal = terminal;
  }

  async from(revision: number): Promise<ExitCode> {
    const { exitCode, release, signal } = listenForSignals();
    try {
      let next = revision + 1;
      for (;;) {
        const broken = await this.#follow(next, signal);
        const code = exitCode();
        if (code !== undefined) return code;
        this.#terminal.err(`leasehold: ${shown(broken)}; reading again\n`);
        const { revision: now, roles } = await this.#access.standings();
        for (const role of new Set([...this.#known.keys(), ...roles.map((one) => one.role)]))
          this.#tell(role, roles.find((one) => one.role === role)?.leader);
        next = now + 1;
      }
    } finally {
      release();
    }
  }

  /** Resolves when the watch has broken, with the reason, or at a signal. */
  #follow(startRevision: number, signal: AbortSignal): Promise<string> {
    const { client, metaRoot } = this.#access;
    return new Promise((resolve) => {
      const request = { ...sessionRange(metaRoot), startRevision };
      const watch = client.watch(request, {
        onMessage: ({ canceled, events }) => {
          for (const event of events) {
            const change = readChange(event, metaRoot);
            if (change !== undefined) this.#tell(change.role, change.leader);
          }
          if (canceled) resolve("etcd canceled the watch");
        },
        onBroken: ({ message }) => resolve(message),
      });
      const end = () => {
        watch.close();
        resolve("asked to end");
      };
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
  }

  #tell(role: string, leader: Leader | undefined): void {
    if (this.#roles.size > 0 && !this.#roles.has(role)) return;
    if (isDeepStrictEqual(this.#known.get(role), leader)) return;
    this.#known.set(role, leader);
    const seenAt = new Date();
    const warning = warningOf({ role, leader, others: [] });
    if (!this.#json) tellWarning(this.#terminal, warning);
    this.#terminal.out(
      this.#json
        ? `${JSON.stringify({ ...documentHead("who"), seenAt: seenAt.toISOString(), role, leader: leader ?? null, warning })}\n`
        : renderChange(role, leader, seenAt),
    );
  }
}
