#!/usr/bin/env python3
"""Kills members of the memory engine again and again while they write, name and delete page files (ADR 0055).

    eng/kill-with-pages.py METASTORE METALOAD [KILLS]

METALOAD is the path of metaload.dll: it overwrites 20,000 keys of 4 KiB at a fixed rate, so that a member moves pages to files every few seconds and takes snapshots
that name them; the history is compacted, so that files are replaced and deleted. Other writers put keys of their own through the gateway: what was acknowledged must
be on every member at the end, and the hash of all keys and revisions must be the same. Prints a line per kill, exits with 1 at the first promise broken.
"""
import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from members import NAMES, Members, text
from writers import Writers

PROGRAM, METALOAD = sys.argv[1], sys.argv[2]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 30
RATE = 3000
KEPT = 30_000
# The revision of a store without a put.
NO_KEYS = 1

folder = tempfile.mkdtemp(prefix="metastore-pages-")
members = Members(folder)
writers = Writers(members)
pages_seen = set()
stopping = threading.Event()


def start(name):
    members.start(name, PROGRAM, "--engine", "memory", "--quota-backend-bytes", "8589934592")


def page_files():
    return [path for name in NAMES for path in glob.glob(os.path.join(members.data(name), "**", "*.pages"), recursive=True)]


def load_words(seconds):
    return ["dotnet", METALOAD, "put", "--endpoints", members.endpoints, "--target", "all", "--rate", str(RATE), "--duration", str(seconds), "--warmup", "0",
            "--value-size", "4096", "--keys", "20000"]


def try_load():
    """Fails when the load puts no keys: without this, a wrong METALOAD would show only at the end, as missing page files."""
    try:
        tried = subprocess.run(load_words(1), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as reason:
        members.fail(f"the load did not start: {reason}")
    if tried.returncode != 0 or revision_of("n1") == NO_KEYS:
        members.fail(f"the load did not start: {METALOAD} ended with {tried.returncode} and left revision {revision_of('n1')}; it printed:\n{tried.stdout.strip()}")


def load():
    while not stopping.is_set():
        subprocess.run(load_words(5), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def revision_of(name):
    return int(members.call(name, "/v3/kv/range", {"key": text("k")})["header"]["revision"])


def compact():
    """All but the newest revisions."""
    while not stopping.wait(7):
        try:
            revision = revision_of("n1")
            if revision > KEPT:
                members.call("n1", "/v3/kv/compaction", {"revision": revision - KEPT}, timeout=60)
        except (OSError, KeyError):
            # Killed right now; the next round compacts more.
            pass


for name in NAMES:
    start(name)
members.wait_until_healthy(*NAMES)
try_load()
writers.start()
others = [threading.Thread(target=load, daemon=True), threading.Thread(target=compact, daemon=True)]
for thread in others:
    thread.start()

for kill in range(KILLS):
    until = time.time() + random.uniform(2, 6)
    while time.time() < until:
        pages_seen.update(page_files())
        time.sleep(0.2)
    killed = NAMES if kill % 5 == 4 else [random.choice(NAMES)]
    members.end(*killed, number=signal.SIGKILL)
    for name in killed:
        start(name)
    members.wait_until_healthy(*NAMES)
    print(f"kill {kill + 1} of {','.join(killed)}: {len(writers.acknowledged)} writes acknowledged, {writers.unknown} not, {len(pages_seen)} page files seen", flush=True)

stopping.set()
writers.stop()
for thread in others:
    thread.join(60)
members.wait_until_healthy(*NAMES)
revision = revision_of("n1")
hashes = {}
for name in NAMES:
    if lost := writers.lost_on(name):
        members.fail(f"{len(lost)} acknowledged writes are not on {name}: {lost[:5]}")
    hashes[name] = members.call(name, "/v3/maintenance/hashkv", {"revision": revision}, timeout=120)["hash"]
if len(set(hashes.values())) != 1:
    members.fail(f"hashes differ: {hashes}")
if not pages_seen:
    members.fail("no page file was written")
print(f"{KILLS} kills, all {len(writers.acknowledged)} acknowledged writes are on every member, one hash {hashes['n1']} at revision {revision}; "
      f"{len(pages_seen)} page files were written, {len(page_files())} are left")
members.end_all()
shutil.rmtree(folder)
