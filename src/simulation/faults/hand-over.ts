/** An operator asks a coordinator to hand its role over, as `leasehold handover` does: its session key is marked. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const handOver = faultKind(
  "handOver",
  { on: coordinatorField("who is asked") },
  {
    strikes: "etcd",
    names: "on",
    begin: ({ on }, ports) => ports.askToHandOver(on),
    disturbs: "at once",
    words: { begins: ({ on }) => `an operator asks ${on} to hand over` },
    weight: 4,
    draw: ({ on }) => ({ on }),
    button: { label: "Ask to hand over" },
    offers: ({ on }) => [{ label: "ask to hand over", fault: { on } }],
  },
);
