#!/usr/bin/env python3
"""Kills members of the memory engine again and again while they write, name and delete page files (ADR 0055).

    eng/kill-with-pages.py METASTORE METALOAD [KILLS]

METALOAD is the path of metaload.dll: it overwrites 20,000 keys of 4 KiB at a fixed rate, so that a member moves pages to files every few seconds and takes snapshots
that name them; the history is compacted, so that files are replaced and deleted. Other writers put keys of their own through the gateway: what was acknowledged must
be on every member at the end, and the hash of all keys and revisions must be the same. Prints a line per kill, exits with 1 at the first promise broken.
"""
import base64
import glob
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

PROGRAM, METALOAD = sys.argv[1], sys.argv[2]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 30
NAMES = ["n1", "n2", "n3"]
RATE = 3000


def free_ports(count):
    found = []
    while len(found) < count:
        port = random.randint(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found


ports = free_ports(6)
client = {name: f"http://127.0.0.1:{ports[i]}" for i, name in enumerate(NAMES)}
peer = {name: f"http://127.0.0.1:{ports[i + 3]}" for i, name in enumerate(NAMES)}
folder = tempfile.mkdtemp(prefix="metastore-pages-")
members = {}
acknowledged = {}
unknown = 0
pages_seen = set()
stopping = threading.Event()


def fail(reason):
    print("FAILED:", reason, flush=True)
    for process in members.values():
        process.kill()
    print("data and logs are kept in", folder)
    os._exit(1)


def start(name):
    log = open(os.path.join(folder, name + ".log"), "a")
    members[name] = subprocess.Popen(
        [PROGRAM, "--name", name, "--data-dir", os.path.join(folder, name), "--engine", "memory", "--quota-backend-bytes", "8589934592",
         "--listen-client-urls", client[name], "--advertise-client-urls", client[name], "--listen-peer-urls", peer[name],
         "--initial-advertise-peer-urls", peer[name], "--initial-cluster", ",".join(f"{n}={peer[n]}" for n in NAMES)],
        stdout=log, stderr=subprocess.STDOUT)


def call(name, path, body, timeout=10):
    request = urllib.request.Request(client[name] + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)


def text(value):
    return base64.b64encode(value.encode()).decode()


def wait_until_healthy(name):
    until = time.time() + 120
    while time.time() < until:
        if members[name].poll() is not None:
            fail(f"{name} ended with {members[name].returncode}")
        try:
            with urllib.request.urlopen(client[name] + "/health", timeout=5) as response:
                if b"true" in response.read():
                    return
        except OSError:
            pass
        time.sleep(0.1)
    fail(f"{name} is not healthy after 120 s")


def write(writer):
    global unknown
    number = 0
    while not stopping.is_set():
        key = f"k/{writer}/{number}"
        try:
            call(random.choice(NAMES), "/v3/kv/put", {"key": text(key), "value": text(str(number))})
            acknowledged[key] = str(number)
        except OSError:
            # A member that is down, or an election: the write may have taken effect or not.
            unknown += 1
            time.sleep(0.05)
        number += 1


def load():
    endpoints = ",".join(url.removeprefix("http://") for url in client.values())
    while not stopping.is_set():
        subprocess.run(["dotnet", METALOAD, "put", "--endpoints", endpoints, "--target", "all", "--rate", str(RATE), "--duration", "5", "--warmup", "0",
                        "--value-size", "4096", "--keys", "20000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def compact():
    """All but the newest 30,000 revisions."""
    while not stopping.wait(7):
        try:
            revision = int(call("n1", "/v3/kv/range", {"key": text("k")})["header"]["revision"])
            if revision > 30000:
                call("n1", "/v3/kv/compaction", {"revision": revision - 30000}, timeout=60)
        except (OSError, KeyError):
            # Killed right now; the next round compacts more.
            pass


def look_for_pages():
    for name in NAMES:
        pages_seen.update(glob.glob(os.path.join(folder, name, "**", "*.pages"), recursive=True))


for name in NAMES:
    start(name)
for name in NAMES:
    wait_until_healthy(name)
threads = [threading.Thread(target=write, args=(writer,), daemon=True) for writer in range(4)]
threads += [threading.Thread(target=load, daemon=True), threading.Thread(target=compact, daemon=True)]
for thread in threads:
    thread.start()

for kill in range(KILLS):
    until = time.time() + random.uniform(2, 6)
    while time.time() < until:
        look_for_pages()
        time.sleep(0.2)
    killed = NAMES if kill % 5 == 4 else [random.choice(NAMES)]
    for name in killed:
        members[name].send_signal(signal.SIGKILL)
    for name in killed:
        members[name].wait()
        start(name)
    for name in NAMES:
        wait_until_healthy(name)
    print(f"kill {kill + 1} of {','.join(killed)}: {len(acknowledged)} writes acknowledged, {unknown} not, {len(pages_seen)} page files seen", flush=True)

stopping.set()
for thread in threads:
    thread.join(60)
for name in NAMES:
    wait_until_healthy(name)
revision = int(call("n1", "/v3/kv/range", {"key": text("k")})["header"]["revision"])
hashes = {}
for name in NAMES:
    # A linearizable read first: then the member has applied everything.
    call(name, "/v3/kv/range", {"key": text("k")}, timeout=60)
    hashes[name] = call(name, "/v3/maintenance/hashkv", {"revision": revision}, timeout=120)["hash"]
    found = {}
    key = "k/"
    while True:
        page = call(name, "/v3/kv/range", {"key": text(key), "range_end": text("k0"), "limit": 5000, "serializable": True}, timeout=60)
        for pair in page.get("kvs", []):
            found[base64.b64decode(pair["key"]).decode()] = base64.b64decode(pair.get("value", "")).decode()
        if not page.get("more"):
            break
        key = base64.b64decode(page["kvs"][-1]["key"]).decode() + "\0"
    lost = [key for key, value in acknowledged.items() if found.get(key) != value]
    if lost:
        fail(f"{len(lost)} acknowledged writes are not on {name}: {lost[:5]}")
if len(set(hashes.values())) != 1:
    fail(f"hashes differ: {hashes}")
if not pages_seen:
    fail("no page file was written")
left = len(glob.glob(os.path.join(folder, "**", "*.pages"), recursive=True))
print(f"{KILLS} kills, all {len(acknowledged)} acknowledged writes are on every member, one hash {hashes['n1']} at revision {revision}; "
      f"{len(pages_seen)} page files were written, {left} are left")
for process in members.values():
    process.send_signal(signal.SIGTERM)
for process in members.values():
    process.wait(60)
shutil.rmtree(folder)
