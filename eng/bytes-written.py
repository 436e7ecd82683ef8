#!/usr/bin/env python3
"""Counts the bytes that reach the disk per put and member, with 1,000 and with 100 puts in flight.

    eng/bytes-written.py PROGRAM METALOAD_DLL

PROGRAM is metastore or etcd. The data of three members is on an ext4 file system of its own, in a file that is a loop device, whose counter of written sectors counts everything:
log, snapshots, journal. (write_bytes of /proc/PID/io counts whole folios of the page cache, which may be much more than what is written.) Values have 256 bytes, in 10,000 keys; after each
part of the load all but the newest 20,000 revisions are compacted, as a cluster with automatic compaction does. Needs root and etcdctl.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from members import NAMES, Members

PROGRAM, METALOAD = sys.argv[1], sys.argv[2]
KEPT = 20_000
folder = tempfile.mkdtemp(prefix="metastore-bytes-")
image, mount = folder + "/disk", folder + "/data"
os.mkdir(mount)
subprocess.run(["truncate", "-s", "6G", image], check=True)
device = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True).stdout.strip()
subprocess.run(["mkfs.ext4", "-q", device], check=True)
subprocess.run(["mount", device, mount], check=True)

members = Members(folder, mount)


def etcdctl(*words):
    return subprocess.run(["etcdctl", "--endpoints", members.client["n1"], *words], capture_output=True, text=True, check=True, env=dict(os.environ, ETCDCTL_API="3")).stdout


def put(count, inflight):
    """Puts, compacts, and returns the revision."""
    subprocess.run(
        ["dotnet", METALOAD, "put", "--endpoints", members.endpoints, "--inflight", str(inflight), "--count", str(count), "--value-size", "256", "--warmup", "0", "-o", "json"],
        check=True, capture_output=True)
    revision = json.loads(etcdctl("get", "x", "-w", "json"))["header"]["revision"]
    etcdctl("compact", str(revision - KEPT))
    return revision


def written():
    os.sync()
    return int(open(f"/sys/block/{os.path.basename(device)}/stat").read().split()[6]) * 512


try:
    for name in NAMES:
        members.start(name, PROGRAM)
    members.wait_until_healthy(*NAMES)
    for _ in range(4):
        revision = put(100_000, 1000)
    for inflight, part in [(1000, 100_000), (100, 60_000)]:
        first, before = revision, written()
        for _ in range(5):
            revision = put(part, inflight)
        print(f"{PROGRAM}: {inflight} in flight: {(written() - before) / 3 / (revision - first):.0f} bytes per put and member, {revision - first} puts", flush=True)
finally:
    members.end_all()
    subprocess.run(["umount", mount], check=False)
    subprocess.run(["losetup", "--detach", device], check=False)
shutil.rmtree(folder)
