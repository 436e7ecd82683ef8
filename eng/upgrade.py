#!/usr/bin/env python3
"""Upgrades a cluster of three members from one program to another, member by member, while clients write.

    eng/upgrade.py OLD NEW [SECONDS]

Writes go to all members through the gateway, each with its own key; a write that was acknowledged must be there at the end, with its value. While a member still runs
OLD, enabling users and roles must be refused with the text that names it; afterwards it must succeed. Prints a line per step, exits with 1 at the first promise broken.
"""
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error

from members import NAMES, Members
from writers import Writers

OLD, NEW = sys.argv[1], sys.argv[2]
PAUSE = float(sys.argv[3]) if len(sys.argv) > 3 else 10.0

folder = tempfile.mkdtemp(prefix="metastore-upgrade-")
members = Members(folder)
writers = Writers(members)


def enable_users(name):
    """None when it succeeded, otherwise the error's text."""
    try:
        for path, body in [("/v3/auth/user/add", {"name": "root", "password": "root"}), ("/v3/auth/role/add", {"name": "root"}),
                           ("/v3/auth/user/grant", {"user": "root", "role": "root"}), ("/v3/auth/enable", {})]:
            members.call(name, path, body, timeout=30)
        return None
    except urllib.error.HTTPError as error:
        return json.load(error).get("error", "")


for name in NAMES:
    members.start(name, OLD)
members.wait_until_healthy(*NAMES)
print("three members:", ", ".join(subprocess.run([OLD, "--version"], capture_output=True, text=True).stdout.split("\n")[:2]), flush=True)
writers.start()
time.sleep(PAUSE)

for position, name in enumerate(NAMES):
    before = len(writers.acknowledged)
    members.end(name)
    members.start(name, NEW)
    members.wait_until_healthy(name)
    time.sleep(PAUSE)
    if len(writers.acknowledged) == before:
        members.fail(f"nothing was written while {name} was replaced")
    print(f"{name} upgraded, {len(writers.acknowledged)} writes acknowledged, {writers.unknown} not", flush=True)
    if position < 2:
        error = enable_users(name)
        print(f"  enabling users and roles: {error}", flush=True)
        if error is None or "not capable" not in error:
            members.fail("users and roles can be enabled before all members are upgraded")

writers.stop()
for name in NAMES:
    if lost := writers.lost_on(name):
        members.fail(f"{name} has lost {len(lost)} of {len(writers.acknowledged)} acknowledged writes, the first is {lost[0]}")
print(f"all {len(writers.acknowledged)} acknowledged writes are on every member", flush=True)
error = enable_users("n1")
if error is not None:
    members.fail(f"users and roles cannot be enabled: {error}")
print("users and roles are enabled")
members.end_all()
shutil.rmtree(folder)
