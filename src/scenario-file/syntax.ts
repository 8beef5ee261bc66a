/**
 * The shape of a scenario file, without its faults (those are in fault-syntax). Strict: an unknown field is an error, for a
 * misspelt one would silently be the default.
 */
import { z } from "zod";
import { VERSION_PATTERN } from "../../models/etcd.ts";
import { variantNamed, variants } from "../../models/variants.ts";
import { verbFields, verbShapes } from "./fault-syntax.ts";
import {
  asWritten,
  count,
  duration,
  flag,
  lasting,
  name,
  oneOf,
  pause,
  rate,
  signedDuration,
  tolerance,
} from "./leaves.ts";
import { DURATION, parseDuration } from "./duration.ts";
import { isWithin, LIMITS, MOST_COORDINATORS } from "./limits.ts";
import { suggest } from "./nearest.ts";

const record = ({ input }: { input?: unknown }) =>
  `${asWritten(input)} is not a group of fields\nwrite field: value, or see docs/scenarios.md`;

/** Writes never, or so often. */
const writeEvery = z
  .string({ error: ({ input }) => `${asWritten(input)} is not a duration\nwrite 20s, or never` })
  .refine((text) => text === "never" || DURATION.test(text), {
    error: ({ input }) => `${asWritten(input)} is not a duration\nwrite 20s, or never`,
    abort: true,
  })
  .refine((text) => text === "never" || isWithin(parseDuration(text) ?? 0, LIMITS.pause), {
    error: ({ input }) =>
      `${asWritten(input)} is not a pause between two writes\nwrite at least 1ms, at most 240h, or never`,
  })
  .describe("how often the active coordinator writes metadata, or never");

const versionError = ({ input }: { input?: unknown }) =>
  `${asWritten(input)} is not a version of etcd that is simulated\nwrite one of 3.4, 3.5 or 3.6, such as 3.4.23 or 3.5.16`;

/** YAML reads `3.6` as a number. */
const version = z.union(
  [z.string().regex(VERSION_PATTERN, { error: versionError }), z.literal([3.4, 3.5, 3.6])],
  {
    error: versionError,
  },
);

const networkShape = z.strictObject(
  {
    delay: duration("one way, for a message that nothing holds up").optional(),
    slow: duration("added to a slow message").optional(),
    late: duration("added to a late message").optional(),
    streamTimeout: pause("a connection that brings nothing for so long counts as broken").optional(),
  },
  { error: record },
);
export type NetworkEntry = z.infer<typeof networkShape>;

const variantError = ({ input }: { input?: unknown }) =>
  `${asWritten(input)} is not a variant of the protocol\n${suggest(
    String(input),
    variants.map(({ name: known }) => known),
  )}`;

/** One coordinator of the list form. */
export const coordinatorShape = z.strictObject(
  {
    name: name("its name; messages, lanes and logs use it"),
    role: name("the role it competes for: rootcoord, datacoord, querycoord, ..."),
    start: duration("when its process begins, 0s if not given").optional(),
    activeStandby: flag("HA: wait as standby while the role is taken; true if not given").optional(),
    afterLoss: oneOf(
      "way to go on",
      ["registerAnew", "exit"],
      "what it does when it has lost its lease",
    ).optional(),
    retryTimes: count(
      "with HA off: how often it tries for a taken role, 30 if not given",
      LIMITS.tries,
    ).optional(),
    restartAfter: pause("its supervisor's pause before it starts again after it left by itself").optional(),
    clock: z
      .strictObject(
        {
          rate: rate("own seconds in a true second, 1 if not given").optional(),
          offset: signedDuration("how far it is off at the beginning").optional(),
        },
        { error: record },
      )
      .optional(),
    ttl: duration("its lease's time to live, where it differs from the scenario's").optional(),
    activationLimit: duration(
      "within this it serves after it has won, or gives the role back; three TTLs if not given",
    ).optional(),
    variant: z
      .string({ error: variantError })
      .refine((given) => variantNamed(given) !== undefined, { error: variantError })
      .describe("its variant of the protocol, where it differs from the run's")
      .optional(),
    network: networkShape.describe("its way to etcd, where it differs from the scenario's").optional(),
    member: count(
      "which of etcd's members it asks first, by its place if not given",
      LIMITS.members,
    ).optional(),
  },
  { error: record },
);
export type CoordinatorEntry = z.infer<typeof coordinatorShape>;

/** The short form: so many of a role, named `<role>-a`, `<role>-b`, ..., starting 50 ms apart. */
export const coordinatorCount = count("how many coordinators of this role", {
  ...LIMITS.count,
  most: MOST_COORDINATORS,
});

const sections = {
  title: z
    .string({ error: ({ input }) => `${asWritten(input)} is not a text\nput it into quotes` })
    .optional(),
  ttl: duration("the lease's time to live, whole seconds, at least 2s; 60s if not given").optional(),
  clockRateTolerance: tolerance(
    "how wrong a clock may be under which claims end before their leases do; 0.02 if not given",
  ).optional(),
  horizon: lasting("when the run ends; 5m if not given").optional(),
  network: networkShape.optional(),
  service: z
    .strictObject(
      {
        activation: duration("preparation between loading the metadata and serving").optional(),
        perEntry: duration("added to it for every entry of the metadata").optional(),
        writeEvery: writeEvery.optional(),
        deleteEvery: count(
          "of so many writes the last deletes what the one before it has put",
          LIMITS.inARow,
        ).optional(),
        failsFirst: count(
          "how often each coordinator's preparation fails before the first that does not",
          LIMITS.tries,
        ).optional(),
      },
      { error: record },
    )
    .optional(),
  etcd: z
    .strictObject(
      {
        version: version.optional(),
        clockRate: rate("seconds of etcd's clock in a true second").optional(),
        members: count("how many members it has, 1 if not given", LIMITS.members).optional(),
      },
      { error: record },
    )
    .optional(),
};

/** The file with its lists still unread: they are checked one by one, so that messages point at the one entry. */
export const fileShape = z.strictObject(
  { ...sections, coordinators: z.unknown().optional(), faults: z.unknown().optional() },
  { error: record },
);
export type FileEntry = z.infer<typeof fileShape>;

/** Every field's names, for "did you mean". */
export function fieldsOf(path: readonly PropertyKey[], verb: string | undefined): string[] {
  const [first] = path;
  if (first === "faults") return verb === undefined ? [] : [...verbFields(verb)];
  if (first === "coordinators")
    return path.includes("clock")
      ? ["rate", "offset"]
      : Object.keys((path.includes("network") ? networkShape : coordinatorShape).shape);
  if (first === "network") return Object.keys(networkShape.shape);
  if (first === "service") return ["activation", "perEntry", "writeEvery", "deleteEvery", "failsFirst"];
  if (first === "etcd") return ["version", "clockRate", "members"];
  return Object.keys(fileShape.shape);
}

/** The whole syntax as JSON Schema, for editors. */
export function scenarioFileSchema(): Record<string, unknown> {
  const whole = z.strictObject({
    ...sections,
    coordinators: z.union([z.record(z.string(), coordinatorCount), z.array(coordinatorShape).min(1)]),
    faults: z.array(z.union([...verbShapes().values()])).optional(),
  });
  return { title: "leasehold scenario", ...z.toJSONSchema(whole) };
}
