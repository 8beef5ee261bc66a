"""A lock on a lease, tested on an etcd whose time is held: after a pause its holder must not believe in it.

    python3 client.py       # with leasehold on the PATH; apt-get install python3-etcd3
"""
import json
import os
import subprocess
import urllib.request

import etcd3

command = os.environ.get("LEASEHOLD", "leasehold").split()
flags = ["serve", "--port", "0", "--control-port", "0", "--time", "manual", "--exit-on-stdin-close"]
child = subprocess.Popen(command + flags, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
host, port = child.stdout.readline().strip().split(":")
control = child.stderr.readline().split()[-1]


def do(action, **given):
    request = urllib.request.Request(
        f"http://{control}/v1/{action}",
        data=json.dumps(given).encode(),
        headers={"content-type": "application/json"},
    )
    return json.load(urllib.request.urlopen(request))


def take(client, name):
    """Whether the lock was free; the token is the revision at which it was taken."""
    lease = client.lease(10)
    free = client.transactions.create("/lock") == 0
    taken, _ = client.transaction([free], [client.transactions.put("/lock", name, lease)], [])
    return taken


def write(client, token, value):
    """Only as long as the lock is the one of then."""
    same = client.transactions.create("/lock") == token
    written, _ = client.transaction([same], [client.transactions.put("/data", value)], [])
    return written


anna = etcd3.client(host=host, port=int(port))
berta = etcd3.client(host=host, port=int(port))
assert take(anna, "anna")
token = anna.get("/lock")[1].create_revision
assert not take(berta, "berta")

# Anna stands still for longer than her lease lasts.
do("advance", **{"for": 11_000})
assert take(berta, "berta")
print("berta has the lock")
assert not write(anna, token, "anna was here")
print("anna's write was refused")

# An answer that is lost is no "no": it was done.
do("lose", what="answer", kind="put")
try:
    etcd3.client(host=host, port=int(port), timeout=0.3).put("/maybe", "1")
except etcd3.exceptions.ConnectionTimeoutError:
    print("nobody said whether it was done, and it was:", berta.get("/maybe")[0].decode())

child.stdin.close()
child.wait()
