/** What `runElection` and `observeElection` refuse, before anything is sent. */
import { expect, it } from "vitest";
import { checkElectionOptions, checkObserveOptions } from "../../src/service/check-options.ts";

const good = {
  role: "office",
  address: "127.0.0.1:80",
  etcd: {
    endpoints: ["127.0.0.1:2379"],
    tls: { ca: "PEM", certFile: "own.pem", keyFile: "own.key" },
    auth: { user: "u", password: "p" },
    namespace: "n/",
  },
  ttlSeconds: 10,
  afterLoss: "exit",
  activationLimitSeconds: 0.5,
  healthy: () => true,
  onNotice: () => undefined,
  signal: new AbortController().signal,
  serve: () => Promise.resolve(),
};

it("options that can be used are", () => {
  expect(() => checkElectionOptions(good)).not.toThrow();
  const { etcd, role } = good;
  expect(() => checkObserveOptions({ role, etcd, onLeader: () => undefined })).not.toThrow();
});

it.each<[object, string]>([
  [{ role: undefined }, "role: it is missing"],
  [{ role: "" }, "role: the role has no name"],
  [{ role: "id" }, 'role: the role "id" would take the key of the server id counter'],
  [{ role: 7 }, "role: 7 is not a text"],
  [{ address: "" }, "address: it is empty"],
  [{ etcd: undefined }, "etcd: it is missing"],
  [{ etcd: { endpoints: "x" } }, 'etcd.endpoints: "x" is not a list of addresses'],
  [{ etcd: { endpoints: [] } }, "etcd.endpoints: no endpoint is given"],
  [{ etcd: { endpoints: ["a:1"], password: "p" } }, "etcd.password: there is no such option"],
  [{ serve: undefined }, "serve: it is missing"],
  [{ serve: {} }, "serve: an object is not a function"],
  [{ afterLoss: "stand-by" }, 'afterLoss: "stand-by" is not "exit" or "registerAnew"'],
  [{ retryTimes: -1 }, "retryTimes: -1 is not a number from 1"],
  [{ ttlSeconds: "10" }, 'ttlSeconds: "10" is not a whole number of seconds'],
  [{ activationLimitSeconds: Number.NaN }, "activationLimitSeconds: NaN is not a number of seconds"],
  [{ unhealthyAfterSeconds: 0 }, "unhealthyAfterSeconds: 0 is not longer than 0 s"],
  [{ signal: {} }, "signal: an object is not an AbortSignal"],
  [{ retryTimes: 1e9 }, "retryTimes: 1000000000 is not a number up to 999999"],
  [{ ttlSeconds: 1e9 }, "ttlSeconds: 1000000000 is not at most 86400 s, a day"],
  [{ healthyEverySeconds: 1e9 }, "healthyEverySeconds: 1000000000 is not at most 259200 s, three days"],
  [{ address: 7 }, "address: 7 is not a text"],
  [{ activeStandby: "\u001b[2J" }, String.raw`activeStandby: "\u001b[2J" is not true or false`],
  [
    { etcd: { endpoints: "http://root:hunter2@a:1" } },
    'etcd.endpoints: "http://***@a:1" is not a list of addresses',
  ],
  [
    { etcd: { endpoints: ["a:1"], auth: "root:hunter2" } },
    "etcd.auth: it is not an object with user and password",
  ],
  [
    { etcd: { endpoints: ["a:1"], auth: { user: "root", password: 22 } } },
    "etcd.auth.password: it is not a text",
  ],
  [{ etcd: "http://root:hunter2@a:1" }, "etcd: it is not an object with endpoints"],
  [{ foo: 1 }, "foo: there is no such option"],
])("%j is refused with its name", (change, message) => {
  expect(() => checkElectionOptions({ ...good, ...change })).toThrow(message);
});

it("an observer needs to be told whom to tell", () => {
  const { etcd, role } = good;
  expect(() => checkObserveOptions({ role, etcd })).toThrow("onLeader: it is missing");
  expect(() => checkObserveOptions(undefined)).toThrow("options: it is missing");
});
