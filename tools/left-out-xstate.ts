/** What the pages' script is built without of xstate: all that a pure step of these charts never comes to. */

/** What takes the place of xstate's actors: what a pure step asks of one. */
const ACTORS: Readonly<Record<string, string>> = {
  Mailbox: "class Mailbox {}",
  createSystem: "function createSystem() { return {}; }",
  Actor: "class Actor { constructor() { this.system = createSystem(); } }",
};

/** Never called in a pure step of a chart that has no actors of its own and no routes. */
const UNCALLED = [
  "reportUnhandledError",
  "toObserver",
  "createScheduledEventId",
  "getAllOwnEventDescriptors",
  "formatRouteTransitions",
  "executeCancel",
  "executeRaise",
  "executeSpawn",
  "executeStop",
  "resolveSpawn",
  "resolveStop",
  "unregisterRecursively",
  "spawnChild",
  "stopChild",
  "stopChildren",
  "createSpawner",
  "getPersistedSnapshot",
  "persistContext",
  "serializeHistoryValue",
  "restoreSnapshot",
  "start",
  "provide",
  "toJSON",
  "get definition",
  "toSerializableAction",
  "resolveHistoryDefaultTransition",
  "matchesState",
  "resolveReferencedActor",
  "createErrorActorEvent",
  "checkAnd",
  "checkOr",
  "checkNot",
  "not",
  "and",
  "or",
  "get on",
  "get events",
  "get ownEvents",
];

/** The same of a snapshot: what is asked of one by name is its value alone. */
const UNASKED = ["can", "toJSON", "getMeta"];

/** Of xstate the pages call the pure step alone: no actor is ever started, spawned, watched, stopped or written down. */
export function withoutActors(text: string): string {
  // What is wrong with a chart is told where charts are made.
  let left = text.replace(
    /\b(throw new Error)\(\s*(?:\/\/[^\n]*\s*)?(?:`[^`]*`|'[^'\n]*')\);/gu,
    '$1("xstate");',
  );
  for (const [name, instead] of Object.entries(ACTORS))
    left = left.replace(new RegExp(`^(?:class|function) ${name}\\b[\\s\\S]*?^\\}$`, "mu"), () => instead);
  for (const name of UNCALLED) {
    left = left.replace(new RegExp(`^function ${name}\\([\\s\\S]*?^\\}$`, "mu"), `function ${name}() {}`);
    left = left.replace(new RegExp(`^ {2}${name}\\([\\s\\S]*?^ {2}\\}$`, "mu"), `  ${name}() {}`);
  }
  // And asked there, but for how long a step may go on.
  left = left.replace(
    /^( *)if \((?!iterationCount)[^\n]*\) \{\n *throw new Error\("xstate"\);\n\1\}$/gmu,
    "",
  );
  // What a chart would invoke, and how what it consists of is written down.
  left = left
    .replace(/^ {2}get invoke\(\) \{[\s\S]*?^ {2}\}$/mu, "  get invoke() { return []; }")
    .replace(/^ {2}for \(const invokeDef of [\s\S]*?^ {2}\}$/mu, "")
    .replace(/^ {4}toJSON: \(\) => \(\{[\s\S]*?^ {4}\}\)$/gmu, "")
    // Every guard is a function that fails for nothing.
    .replace(/^ {6}try \{\n( {8}guardPassed = [^\n]*)\n {6}\} catch [\s\S]*?^ {6}\}$/mu, "$1")
    .replace(/^ {4}this\.\w+ = void 0;$/gmu, "")
    // Nobody is spawned.
    .replace(/^ {4}children: Object\.keys\(spawnedChildren\)[\s\S]*?: snapshot\.children$/mu, "")
    .replace(/^ {2}const spawnedChildren = \{\};$/mu, "")
    .replace(/^ {4}(?:spawn: createSpawner\(.*|self: actorScope\.self|system: actorScope\.system),?$/gmu, "")
    // Nobody looks on.
    .replace(/^ +[\w.]*_sendInspectionEvent\(\{[\s\S]*?\}\);$/gmu, "");
  for (const name of UNASKED)
    left = left.replace(
      new RegExp(`= function ${name}\\([\\s\\S]*?^\\};$`, "mu"),
      `= function ${name}() {};`,
    );
  return left;
}

/** What sends to other actors or logs; of xstate's actions the charts use `assign` alone. */
export function withoutActions(text: string): string {
  const names = /export \{([^}]*)\}/u.exec(text)?.[1]?.split(",") ?? [];
  const known = names.map((name) => name.trim().split(" ").at(-1) ?? "");
  return known.map((name) => `export const ${name} = undefined;`).join("\n");
}

/** No chart here has states of history, events by pattern, or outputs. */
const SIMPLER: Readonly<Record<string, string>> = {
  isHistoryNode: "() { return false; }",
  getHistoryNodes: "() { return []; }",
  getEffectiveTargetStates: "(transition) { return transition.target ?? []; }",
  getCandidates: "(stateNode, type) { return stateNode.transitions.get(type) ?? []; }",
  matchesEventDescriptor: "() {}",
  getMachineOutput: "() {}",
  resolveOutput: "() {}",
  toStatePath: "(stateId) { return isArray(stateId) ? stateId : stateId.split('.'); }",
  createInertActorScope: "() { return { actionExecutor() {} }; }",
  resolveActionsAndContext: `(snapshot, event, scope, actions, internalQueue) {
    return resolveAndExecuteActionsWithContext(snapshot, event, scope, actions, { internalQueue });
  }`,
  setup: `({ actions, guards, delays }) {
    return { assign, createMachine: (config) => createMachine(config, { actions, guards, delays }) };
  }`,
};

/** What is found by its shape, and what is left of it. */
const SHAPES: readonly (readonly [shape: RegExp, left: string])[] = [
  [/^ {2}let changedHistory;[\s\S]*?(?=^ {2}for \(const s of statesToExit)/mu, ""],
  [/changedHistory \|\| historyValue/u, "historyValue"],
  // Nothing stops it, and nothing fails.
  [/^ {2}if \(event\.type === XSTATE_STOP\) \{[\s\S]*?^ {2}\}$/mu, ""],
  [/^ {4}const isErr = .*$/mu, ""],
  [/^ {4}if \(isErr && [\s\S]*?^ {4}\}$/mu, ""],
  [/^ {4}try \{\n(?= {6}if \(historyValue === )([\s\S]*?)^ {4}\} catch \(e\) \{[\s\S]*?^ {4}\}$/mu, "$1"],
  [/^ {6}try \{\n(?= {8}const targetStateNode)([\s\S]*?)^ {6}\} catch \(err\) \{[\s\S]*?^ {6}\}$/mu, "$1"],
  [/^ {2}if \(typeof statePath === 'string' && isStateId\(statePath\)\) \{[\s\S]*?^ {2}\}$/mu, ""],
  // Nothing is invoked.
  [/^ {4}for \(const invokeDef of [\s\S]*?^ {4}\}$/mu, ""],
  [/, \.\.\.s\.invoke\.map\(.*?\)\)(?=\])/u, ""],
  [/, stateNodeToEnter\.invoke\.map\(.*?\)(?=\);)/u, ""],
  [/^ {4}if \('retryResolve' in builtinAction\) \{[\s\S]*?^ {4}\}$/mu, ""],
  [/^ {8}(?:info: actionArgs|exec: .*),?$/gmu, ""],
  // Of a state, a chart and a snapshot these are never asked.
  [/^ {4}(?:meta|description): typeof _target.*$/gmu, ""],
  [/^ {4}this\.(?:history|meta|output|tags|description|version|schemas|events) = .*;$/gmu, ""],
  [/^ {4}this\.states = this\.root\.states;$/gmu, ""],
  [/^ {4}this\.(?:start|getPersistedSnapshot|restoreSnapshot) = .*;$/gmu, ""],
  [/^ {4}(?:matches|hasTag|can|getMeta|toJSON): machineSnapshot\w+,?$/gmu, ""],
  [/^ {4}(?:tags: new Set\(.*|output: config\.output|children: config\.children),$/gmu, ""],
  [/^ {2}microstep\([\s\S]*?^ {2}\}$/mu, ""],
];

/** What is left does for these charts what it did. */
export function withoutTheUnused(text: string): string {
  let left = text;
  for (const [name, simpler] of Object.entries(SIMPLER))
    left = left.replace(
      new RegExp(`^function ${name}\\([\\s\\S]*?^\\}$`, "mu"),
      () => `function ${name}${simpler}`,
    );
  for (const [shape, simpler] of SHAPES) left = left.replace(shape, simpler);
  return left;
}
