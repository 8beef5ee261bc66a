/** Why evidence may say nothing of a promise, and the smallest thing to log that would tell. */

interface Unknown {
  readonly why: string;
  readonly remedy: string;
  /** No log and no recording ever tells. */
  readonly never?: true;
}

/** By the property's name. */
export const CANNOT_TELL: Readonly<Record<string, Unknown>> = {
  "single-active": {
    why: "no order of events proves that two coordinators of a role served at once, nor that they did not",
    remedy:
      "record the coordinators (leasehold run --record); of logs say how far apart the clocks are at most (--clocks-within 100ms)",
  },
  fencing: {
    why: "no writes under two fencing tokens are shown",
    remedy:
      "etcdctl watch --prefix <root> -w json: a write of metadata must carry its token, which Milvus' do not",
  },
  "write-outcomes": {
    why: "what a writer wrote, and what it was told of it, are not both shown",
    remedy: "leasehold check judges it, for there every write and its answer are known",
    never: true,
  },
  "one-key-holder": {
    why: "no hand-over of the active key is shown with its revisions",
    remedy: "etcdctl watch --prefix <root>/session -w json",
  },
  "bounded-takeover": {
    why: "when the former active one died, and how long its network took, is in no line",
    remedy: "metrics of every coordinator (docs/deploying.md); leasehold simulate shows the bound",
    never: true,
  },
  "bounded-activation": {
    why: "no recording shows a coordinator on its way from winning to serving",
    remedy: "leasehold run --record FILE",
  },
  "no-causeless-takeover": {
    why: "that nothing disturbed a coordinator or etcd is in no line",
    remedy: "leasehold check judges it, for there every disturbance is known",
    never: true,
  },
  "metadata-complete": {
    why: "what a coordinator had loaded, and what its predecessors had written, are not both shown",
    remedy: "leasehold run --record FILE, and etcdctl watch --prefix <root> -w json",
  },
  recovery: {
    why: "when the last disturbance was over is in no line",
    remedy: "leasehold check judges it, for there every disturbance is known",
    never: true,
  },
  "nobody-in-the-dark": {
    why: "how long a process was up and undisturbed is in no line",
    remedy: "leasehold check judges it, for there every disturbance is known",
    never: true,
  },
  "bounded-requests": {
    why: "no line counts requests to etcd",
    remedy: "leasehold run --record FILE",
  },
  "unique-ids": {
    why: "no two registrations are shown with the ids that they drew, each once",
    remedy: "log.level debug: the line Session get serverID success",
  },
  "keys-expire": {
    why: "when a process died is in no line, nor is etcd's time",
    remedy: "leasehold check judges it; etcdctl lease timetolive --keys shows what a lease holds now",
    never: true,
  },
  "clean-stop": {
    why: "no recording shows a coordinator that was asked to stop and ended",
    remedy: "leasehold run --record FILE, and let the recording end by itself",
  },
};
