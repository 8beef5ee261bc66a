/** Why a coordinator cannot run: what is wrong, where it was set, and what to do about it. Not a bug of ours. */
export class StartError extends Error {
  readonly what: string;
  readonly where: string | undefined;
  readonly remedy: string;
  /** A setting that must be changed, or the environment (etcd, files, ports) that must be repaired. */
  readonly kind: "setting" | "environment";

  constructor(kind: StartError["kind"], what: string, remedy: string, where?: string) {
    super(what);
    this.name = "StartError";
    this.kind = kind;
    this.what = what;
    this.remedy = remedy;
    this.where = where;
  }
}
