#!/usr/bin/env python3
"""Upgrades a cluster of three members from one program to another, member by member, while clients write.

    eng/upgrade.py OLD NEW [SECONDS]

Writes go to all members through the gateway, each with its own key; a write that was acknowledged must be there at the end, with its value. While a member still runs
OLD, enabling users and roles must be refused with the text that names it; afterwards it must succeed. Prints a line per step, exits with 1 at the first promise broken.
"""
import base64
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
import urllib.error
import urllib.request

OLD, NEW = sys.argv[1], sys.argv[2]
PAUSE = float(sys.argv[3]) if len(sys.argv) > 3 else 10.0
NAMES = ["n1", "n2", "n3"]


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
folder = tempfile.mkdtemp(prefix="metastore-upgrade-")
members = {}


def start(name, program):
    log = open(os.path.join(folder, name + ".log"), "a")
    members[name] = subprocess.Popen(
        [program, "--name", name, "--data-dir", os.path.join(folder, name), "--listen-client-urls", client[name], "--advertise-client-urls", client[name],
         "--listen-peer-urls", peer[name], "--initial-advertise-peer-urls", peer[name], "--initial-cluster", ",".join(f"{n}={peer[n]}" for n in NAMES)],
        stdout=log, stderr=subprocess.STDOUT)


def stop(name):
    members[name].send_signal(signal.SIGTERM)
    members[name].wait(60)


def call(name, path, body, timeout=10):
    request = urllib.request.Request(client[name] + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)


def text(value):
    return base64.b64encode(value.encode()).decode()


def wait_until_healthy(name):
    until = time.time() + 60
    while time.time() < until:
        try:
            with urllib.request.urlopen(client[name] + "/health", timeout=2) as response:
                if b"true" in response.read():
                    return
        except OSError:
            pass
        time.sleep(0.1)
    fail(f"{name} is not healthy after 60 s")


def fail(reason):
    print("FAILED:", reason, flush=True)
    for process in members.values():
        process.kill()
    print("data and logs are kept in", folder)
    os._exit(1)


acknowledged = {}
refused = 0
stopping = threading.Event()


def write(writer):
    global refused
    number = 0
    while not stopping.is_set():
        key = f"k/{writer}/{number}"
        try:
            call(random.choice(NAMES), "/v3/kv/put", {"key": text(key), "value": text(str(number))})
            acknowledged[key] = str(number)
        except OSError:
            # A member that is being replaced, or an election: the write may have taken effect or not.
            refused += 1
            time.sleep(0.05)
        number += 1


def enable_users(name):
    """None when it succeeded, otherwise the error's text."""
    try:
        for path, body in [("/v3/auth/user/add", {"name": "root", "password": "root"}), ("/v3/auth/role/add", {"name": "root"}),
                           ("/v3/auth/user/grant", {"user": "root", "role": "root"}), ("/v3/auth/enable", {})]:
            call(name, path, body, timeout=30)
        return None
    except urllib.error.HTTPError as error:
        return json.load(error).get("error", "")


for name in NAMES:
    start(name, OLD)
for name in NAMES:
    wait_until_healthy(name)
print("three members:", ", ".join(subprocess.run([OLD, "--version"], capture_output=True, text=True).stdout.split("\n")[:2]), flush=True)
writers = [threading.Thread(target=write, args=(writer,), daemon=True) for writer in range(4)]
for writer in writers:
    writer.start()
time.sleep(PAUSE)

for position, name in enumerate(NAMES):
    before = len(acknowledged)
    stop(name)
    start(name, NEW)
    wait_until_healthy(name)
    time.sleep(PAUSE)
    if len(acknowledged) == before:
        fail(f"nothing was written while {name} was replaced")
    print(f"{name} upgraded, {len(acknowledged)} writes acknowledged, {refused} not", flush=True)
    if position < 2:
        error = enable_users(name)
        print(f"  enabling users and roles: {error}", flush=True)
        if error is None or "not capable" not in error:
            fail("users and roles can be enabled before all members are upgraded")

stopping.set()
for writer in writers:
    writer.join()
for name in NAMES:
    missing = [key for key, value in acknowledged.items() if call(name, "/v3/kv/range", {"key": text(key)}).get("kvs", [{}])[0].get("value") != text(value)]
    if missing:
        fail(f"{name} has lost {len(missing)} of {len(acknowledged)} acknowledged writes, the first is {missing[0]}")
print(f"all {len(acknowledged)} acknowledged writes are on every member", flush=True)
error = enable_users("n1")
if error is not None:
    fail(f"users and roles cannot be enabled: {error}")
print("users and roles are enabled")
for name in NAMES:
    stop(name)
shutil.rmtree(folder)
