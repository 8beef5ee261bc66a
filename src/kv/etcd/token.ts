/** A user's token: fetched when first needed, fetched anew when etcd no longer knows it, by one call at a time. */
import type { EtcdOptions } from "./options.ts";
import type { CallFailure } from "./status.ts";

type Auth = NonNullable<EtcdOptions["auth"]>;
export type Login = { readonly type: "token"; readonly token: string } | CallFailure;

export class TokenKeeper {
  readonly #login: ((timeoutMs: number) => Promise<Login>) | undefined;
  #token: string | undefined;
  #underWay: Promise<Login> | undefined;

  /** `auth` absent: nobody logs in, there is no token. */
  constructor(auth: Auth | undefined, login: (auth: Auth, timeoutMs: number) => Promise<Login>) {
    this.#login = auth === undefined ? undefined : (timeoutMs) => login(auth, timeoutMs);
  }

  /** `stale`: a token that etcd refused. Undefined: none is needed. */
  async get(timeoutMs: number, stale?: string): Promise<Login | undefined> {
    if (this.#login === undefined) return undefined;
    if (this.#token === stale) this.#token = undefined;
    if (this.#token !== undefined) return { type: "token", token: this.#token };
    this.#underWay ??= this.#login(timeoutMs).finally(() => {
      this.#underWay = undefined;
    });
    const login = await this.#underWay;
    if (login.type === "token") this.#token = login.token;
    return login;
  }
}
