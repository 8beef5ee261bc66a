// A service that counts, tested on an etcd whose members are cut off by hand: what is written is decided by a majority.
//
//   node client.mjs       # with leasehold installed: npm install -D leasehold
import { runElection } from "leasehold";
import { startEtcd } from "leasehold/testing";

const etcd = await startEtcd({ members: 3 });
const stop = new AbortController();
const served = [];

const join = (address) =>
  runElection({
    role: "counter",
    address,
    etcd: { endpoints: etcd.endpoints },
    ttlSeconds: 5,
    signal: stop.signal,
    async serve(term) {
      served.push(address);
      console.log(`${address} serves`);
      await new Promise((resolve) => term.signal.addEventListener("abort", resolve, { once: true }));
    },
  });

const elections = [await join("a:1")];
while (served.length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
elections.push(await join("b:1"));

// The leader hears nobody any more. Whoever serves goes on at another member, and keeps its role.
await etcd.do("strand");
await new Promise((resolve) => setTimeout(resolve, 4000));
console.log(`the members chose another leader: ${(await etcd.do("state")).leader}`);

// Its lease ends, and the other one takes over.
await etcd.do("expire", { lease: elections[0].status.leaseId });
while (served.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));

stop.abort();
await Promise.all(elections.map(({ ended }) => ended));
etcd.close();
