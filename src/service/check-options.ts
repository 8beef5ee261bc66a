/** What a service says to `runElection` and `observeElection`, checked before anything is done: one message, naming the option. */
import { z } from "zod";
import { roleNameFault } from "../../models/dialect.ts";
import { MOST_TRIES } from "../../models/election-vocabulary.ts";
import { MAXIMUM_TTL_SECONDS } from "../../models/timing.ts";
import { quote, withoutSecrets } from "../words/shown.ts";

/** An option that cannot be used. `option` names it: `role`, `etcd.endpoints`. */
export class ElectionOptionError extends Error {
  readonly option: string;

  constructor(option: string, message: string) {
    super(`${option}: ${message}`);
    this.name = "ElectionOptionError";
    this.option = option;
  }
}

const given = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `${shown(input)} is not ${what}`,
});
const text = z.string(given("a text"));
const name = text.min(1, "it is empty");
const hook = z.custom((value) => typeof value === "function", given("a function"));
const longest = 3 * MAXIMUM_TTL_SECONDS;
const seconds = z
  .number(given("a number of seconds"))
  .positive(given("longer than 0 s"))
  .max(longest, given(`at most ${longest} s, three days`));
/** Whatever was given in its place may be the secret: it is not shown. */
const unseen = (what: string) => ({ error: () => `it is not ${what}` });

const notList = ({ input }: { readonly input?: unknown }) =>
  `${shown(typeof input === "string" ? withoutSecrets(input) : input)} is not a list of addresses`;

const etcdOptions = z.strictObject(
  {
    endpoints: z.array(text, { error: notList }).min(1, "no endpoint is given"),
    tls: z
      .strictObject(
        {
          ca: text.optional(),
          caFile: text.optional(),
          cert: text.optional(),
          certFile: text.optional(),
          key: text.optional(),
          keyFile: text.optional(),
          serverName: text.optional(),
        },
        given("an object"),
      )
      .optional(),
    auth: z
      .strictObject(
        { user: z.string(unseen("a text")), password: z.string(unseen("a text")) },
        unseen("an object with user and password"),
      )
      .optional(),
    namespace: text.optional(),
  },
  unseen("an object with endpoints"),
);

/** What carries it is code of its own: there is nothing to read in it. */
const seam = z.custom<object>((value) => typeof value === "object" && value !== null && "connect" in value);

const etcd = z.unknown().superRefine((value, context) => {
  if (seam.safeParse(value).success) return;
  for (const issue of etcdOptions.safeParse(value, { reportInput: true }).error?.issues ?? [])
    context.addIssue(issue as Parameters<typeof context.addIssue>[0]);
});

const role = text.superRefine((value, context) => {
  const fault = roleNameFault(value);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

const electionOptions = z.strictObject(
  {
    role,
    address: name,
    etcd,
    ttlSeconds: z
      .int(given("a whole number of seconds"))
      .max(MAXIMUM_TTL_SECONDS, given(`at most ${MAXIMUM_TTL_SECONDS} s, a day`))
      .optional(),
    activeStandby: z.boolean(given("true or false")).optional(),
    retryTimes: z
      .int(given("a whole number"))
      .positive(given("a number from 1"))
      .max(MOST_TRIES, given(`a number up to ${MOST_TRIES}`))
      .optional(),
    afterLoss: z.enum(["exit", "registerAnew"], given('"exit" or "registerAnew"')).optional(),
    activationLimitSeconds: seconds.optional(),
    healthy: hook.optional(),
    healthyEverySeconds: seconds.optional(),
    unhealthyAfterSeconds: seconds.optional(),
    metaRoot: name.optional(),
    hostName: text.optional(),
    version: text.optional(),
    signal: z.instanceof(AbortSignal, given("an AbortSignal")).optional(),
    prepare: hook.optional(),
    serve: hook,
    onMilestone: hook.optional(),
    onNotice: hook.optional(),
    onProblem: hook.optional(),
  },
  given("an object with options"),
);

const observeOptions = z.strictObject(
  { role, etcd, metaRoot: name.optional(), onLeader: hook, onProblem: hook.optional() },
  given("an object with options"),
);

/** Throws an {@link ElectionOptionError} for the first option of `runElection` that cannot be used. */
export function checkElectionOptions(options: unknown): void {
  check(electionOptions, options);
}

/** The same for `observeElection`. */
export function checkObserveOptions(options: unknown): void {
  check(observeOptions, options);
}

function check(shape: z.ZodType, options: unknown): void {
  const [issue] = shape.safeParse(options, { reportInput: true }).error?.issues ?? [];
  if (issue === undefined) return;
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    throw new ElectionOptionError(
      [path, issue.keys[0]].filter((part) => part !== "").join("."),
      "there is no such option",
    );
  throw new ElectionOptionError(
    path === "" ? "options" : path,
    issue.input === undefined ? "it is missing" : issue.message,
  );
}

function shown(input: unknown): string {
  if (typeof input === "function" || typeof input === "symbol") return `a ${typeof input}`;
  return typeof input === "string" || input === null
    ? quote(input)
    : typeof input === "object"
      ? "an object"
      : String(input);
}
