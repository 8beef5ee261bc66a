/** An operator deletes a key by hand: the active key of a role, or a coordinator's session key. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const deleteKey = faultKind(
  "deleteKey",
  {
    on: coordinatorField(),
    key: {
      type: "choice",
      what: "key",
      meaning: "which key an operator deletes",
      label: "which",
      words: { active: "the active key of its role", session: "its session key" },
    },
  },
  {
    strikes: "etcd",
    names: "key",
    begin({ key: which, on }, ports) {
      const key = ports.keyOf(on, which);
      if (key !== undefined) ports.operate({ type: "deleteRange", key });
    },
    disturbs: "at once",
    breaks: "keys left alone",
    words: { begins: ({ key, on }) => `an operator deletes the ${key} key of ${on}` },
    weight: 3,
    draw: ({ on, spice }) => ({ on, key: spice % 2 === 0 ? "active" : "session" }),
    button: { label: "Delete the key", key: "x" },
    offers: ({ on }) => [
      { label: "delete the active key", fault: { on, key: "active" } },
      { label: "delete its session key", fault: { on, key: "session" } },
    ],
  },
);
