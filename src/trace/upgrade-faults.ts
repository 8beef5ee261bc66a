/**
 * Faults had other names where traces of schemaVersion 1 and old links of the page wrote them. Pure: what is given is left as
 * it is, and what has no old name comes back itself.
 */

/** By the old kind: the new one, and its fields that are called otherwise. */
const RENAMED: Readonly<Record<string, { readonly type: string; readonly fields?: Fields }>> = {
  clockStep: { type: "stepClock" },
  leaderChange: { type: "changeLeader", fields: { electionMs: "forMs" } },
  etcdRestart: { type: "restart", fields: { downMs: "forMs" } },
};
type Fields = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

/** What is called a fault of old, as this version calls it. */
export function upgradeFault(given: unknown): unknown {
  if (!isValues(given)) return given;
  const { key, type } = given;
  if (type === "deleteKey" && key === "role") return { ...given, key: "active" };
  const renamed = typeof type === "string" && Object.hasOwn(RENAMED, type) ? RENAMED[type] : undefined;
  if (renamed === undefined) return given;
  const { fields = {} } = renamed;
  const values = Object.entries(given).map(([name, value]) => [fields[name] ?? name, value]);
  return { ...Object.fromEntries(values), type: renamed.type };
}

/** A line of a trace of schemaVersion 1 with its faults as this version calls them: in the header, and in events. */
export function upgradeFaultNames(line: Values): Values {
  const { cause, scenario, seen } = line;
  if (isValues(scenario) && Array.isArray(scenario["faults"]))
    return { ...line, scenario: { ...scenario, faults: scenario["faults"].map(upgradeFault) } };
  if (!isValues(cause) || cause["type"] !== "fault") return line;
  return {
    ...line,
    cause: upgradeKind(cause),
    ...(Array.isArray(seen) ? { seen: seen.map(upgradeKind) } : {}),
  };
}

/** A cause or an observation that names a kind. */
function upgradeKind(given: unknown): unknown {
  if (!isValues(given) || given["type"] !== "fault") return given;
  const { kind } = given;
  const renamed = typeof kind === "string" && Object.hasOwn(RENAMED, kind) ? RENAMED[kind] : undefined;
  return renamed === undefined ? given : { ...given, kind: renamed.type };
}

function isValues(given: unknown): given is Values {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}
