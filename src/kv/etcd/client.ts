/**
 * An etcd cluster to ask: one promise a request, watches that go on across members. The one place that knows members,
 * tokens and the namespace together.
 */
import { toBytes } from "../../../models/bytes.ts";
import type { KvRequest, ServerReply, WatchRequest } from "../../../models/etcd-api.ts";
import { call, type CallAnswer } from "./call.ts";
import { AUTHENTICATE, fromWire, PROCEDURES, toWire } from "./convert.ts";
import { Members } from "./members.ts";
import { namespaceFor, type Namespace } from "./namespace.ts";
import type { EtcdOptionError, EtcdOptions } from "./options.ts";
import { blamesMember, wantsNewToken } from "./status.ts";
import { TokenKeeper, type Login } from "./token.ts";
import { openWatch, type Watch, type WatchListener } from "./watch.ts";

export class EtcdClient {
  readonly #members: Members;
  readonly #tokens: TokenKeeper;
  readonly #namespace: Namespace;
  readonly #watches = new Set<Watch>();

  /**
   * Throws an `EtcdOptionError`; connects when first used. Call {@link EtcdClient.close} when done. `onProblem` hears of
   * certificate files that were changed and cannot be used; by default that is a warning of the process.
   */
  constructor(options: EtcdOptions, onProblem?: (problem: EtcdOptionError) => void) {
    this.#members = new Members(options, onProblem);
    this.#namespace = namespaceFor(toBytes(options.namespace ?? ""));
    this.#tokens = new TokenKeeper(options.auth, async ({ password, user }, timeoutMs): Promise<Login> => {
      const member = this.#members.current;
      const answer = await call(member, AUTHENTICATE, { name: user, password }, undefined, timeoutMs);
      if (answer.type === "answer") return { type: "token", token: String(answer.fields["token"]) };
      if (blamesMember(answer)) this.#members.blame(member);
      return answer;
    });
  }

  /** The member in use, for people. */
  get endpoint(): string {
    return this.#members.current.endpoint.url;
  }

  /**
   * Asks once and answers within `timeoutMs`. The request itself is sent a second time in one case alone: etcd refused the
   * token before it looked at the request.
   */
  async submit(request: KvRequest, timeoutMs: number): Promise<ServerReply> {
    const { type } = request;
    const answer = await this.#ask(this.#namespace.request(request), timeoutMs);
    if (answer.type === "error") return answer;
    return { type: "ok", response: this.#namespace.response(fromWire(type, answer.fields)) };
  }

  async #ask(request: KvRequest, timeoutMs: number): Promise<CallAnswer> {
    const procedure = PROCEDURES[request.type];
    const fields = toWire(request);
    const startMs = performance.now();
    let stale: string | undefined;
    for (;;) {
      const leftMs = Math.max(1, timeoutMs - (performance.now() - startMs));
      const login = await this.#tokens.get(leftMs, stale);
      if (login?.type === "error") return login;
      const member = this.#members.current;
      const answer = await call(member, procedure, fields, login?.token, leftMs);
      if (answer.type === "answer") return answer;
      if (blamesMember(answer)) this.#blame(member);
      if (login === undefined || stale !== undefined || !wantsNewToken(answer)) return answer;
      stale = login.token;
    }
  }

  /** Opens a watch; `listener` hears everything in order, and of its end exactly once unless it is closed. */
  watch(request: WatchRequest, listener: WatchListener): Watch {
    const end = (): void => {
      this.#watches.delete(watch);
    };
    const watch: Watch = openWatch(this.#namespace.watch(request), {
      member: () => this.#members.current,
      blame: (member) => this.#members.blame(member),
      token: (timeoutMs, stale) => this.#tokens.get(timeoutMs, stale),
      onMessage: (response) => {
        if (response.canceled) end();
        listener.onMessage(this.#namespace.watched(response));
      },
      onBroken: (why) => {
        end();
        listener.onBroken(why);
      },
    });
    this.#watches.add(watch);
    return watch;
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches.clear();
    this.#members.close();
  }

  /** A member that leaves requests unanswered may leave watches silent too: those go on at the next one. */
  #blame(member: ReturnType<() => Members["current"]>): void {
    this.#members.blame(member);
    if (!this.#members.several) return;
    for (const watch of this.#watches) watch.leave(member);
  }
}
