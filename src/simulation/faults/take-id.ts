/** Somebody else takes the coordinator's server id: writes its session key, under no lease. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";

const STRANGER = "somebody else's";

export const takeId = faultKind(
  "takeId",
  { on: coordinatorField("whose server id is taken") },
  {
    strikes: "etcd",
    names: "on",
    begin({ on }, ports) {
      const key = ports.keyOf(on, "session");
      if (key !== undefined) ports.operate({ type: "put", key, value: STRANGER });
    },
    disturbs: "at once",
    breaks: "keys left alone",
    words: { begins: ({ on }) => `somebody else takes the server id of ${on}` },
    weight: 3,
    draw: ({ on }) => ({ on }),
    button: { label: "Take its server id" },
    offers: ({ on }) => [{ label: "take its server id", fault: { on } }],
  },
);
