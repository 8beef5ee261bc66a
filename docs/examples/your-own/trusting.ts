import { defineVariant, delayed } from "leasehold/models";

export const trusting = defineVariant({
  name: "trusting",
  summary: "counts its lease from the coming of etcd's answer",
  chart: delayed(({ claimMs }) => ({ claimEnds: claimMs })),
});
