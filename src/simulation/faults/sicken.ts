/** The service behind a coordinator says of itself that it is of no use, as a self-check does (docs/using-it.md): nothing, if it holds no role. */
import { coordinatorField } from "./fields.ts";
import { faultKind } from "./kind.ts";

export const sicken = faultKind(
  "sicken",
  { on: coordinatorField("whose service is of no use") },
  {
    strikes: "coordinator",
    names: "on",
    needsProcess: true,
    begin: ({ on }, ports) => ports.report(on, { type: "unhealthy" }),
    disturbs: "at once",
    words: { begins: () => "its service says that it is of no use" },
    weight: 2,
    draw: ({ on }) => ({ on }),
    button: { label: "Service of no use" },
    offers: ({ on }) => [{ label: "its service is of no use", fault: { on } }],
  },
);
