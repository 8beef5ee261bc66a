import { coordinatorField, defineFault, spanField } from "leasehold/simulation";

export const deploy = defineFault({
  name: "deploy",
  fields: {
    on: coordinatorField("who is stopped for a new version"),
    downMs: spanField("how long it is down", 5000),
  },
  span: "downMs",
  asksToStop: true,
  needsProcess: true,
  whileItLasts: () => ({ staysDown: true }),
  begin: ({ on }, ports) => ports.stop(on),
  words: { begins: () => "stopped for a new version", ends: () => "started again" },
  draw: ({ on, within }) => ({ on, downMs: within(30_000) }),
});
