"""Moves a running Patroni cluster from etcd to MetaStore and back under a load of writes, see README.md beside this file."""
import argparse
import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time

from forwarder import Forwarder
from load import Load
from processes import LOOP_WAIT, TTL, Member, Store, free_port, until

LEADER_KEY = base64.b64encode(b"/service/moved/leader").decode()


class Exercise:
    """The steps, in order; each prints what it saw, and a failed one raises."""

    def __init__(self, folder, options):
        self.folder, self.metactl = folder, options.metactl
        self.etcd = Store(folder, "etcd", options.etcd, 1, ["--logger=zap", "--log-level=warn"])
        self.metastore = Store(folder, "metastore", options.metastore, 3, ["--engine", options.engine])
        self.members = [Member(folder, "pg1"), Member(folder, "pg2")]
        self.forwarder, self.load = None, None

    def run(self):
        for store in (self.etcd, self.metastore):
            until(store.is_healthy, 60, "the store is healthy")
        self.forwarder = Forwarder(free_port(), self.etcd.ports)
        for member in self.members:
            member.configure([f"127.0.0.1:{self.forwarder.port}"], is_proxy=True)
            member.start()
            _, took = until(lambda member=member: member.status()["state"] == "running", 180, f"{member.name} runs")
            self.say(f"{member.name} runs", f"{took:.1f} s")
        until(self.is_synchronous, 60, "a synchronous standby")
        self.load = Load([member.port for member in self.members])
        self.rest(10, "on etcd")
        self.to_metastore()
        self.fail_over()
        self.switch_over()
        self.to_etcd()
        self.switch_over()
        lost = self.load.stop()
        self.say("the end", f"{len(self.load.acknowledged)} rows acknowledged, {len(lost)} of them lost")
        if lost:
            raise AssertionError(f"acknowledged rows are not there: {lost[:10]}")

    def to_metastore(self):
        """Both Patroni daemons keep running; only the forwarder in front of the store changes its targets."""
        before, timeline = self.leader_key(self.etcd), self.timeline()
        cut = self.migrate(self.etcd, self.metastore, [])
        self.forwarder.switch(self.metastore.ports)
        began = time.monotonic()
        after = self.leader_key(self.metastore)
        left = self.lease(self.metastore, after["lease"])
        self.say("switched to MetaStore", f"{cut}; leader {after['value']}, lease {'the same' if after['lease'] == before['lease'] else 'ANOTHER'}, {left} s of {TTL} left")
        until(lambda: self.lease(self.metastore, after["lease"]) > left, 3 * LOOP_WAIT, "the leader renews its lease in MetaStore")
        self.say("lease renewed in MetaStore", f"{time.monotonic() - began:.1f} s after the switch")
        self.rest(2 * TTL, "on MetaStore")  # the leases in etcd run out meanwhile
        expect(self.leader_key(self.etcd) is None, "the leader's key is gone from etcd")
        now = self.leader_key(self.metastore)
        expect((now["value"], now["lease"]) == (after["value"], after["lease"]) and self.timeline() == timeline, "the leader, its lease and the timeline are the same")

    def to_etcd(self):
        """Without a forwarder: Patroni is paused, and its daemons are restarted with other addresses while PostgreSQL runs."""
        timeline = self.timeline()
        servers = [member.postmaster() for member in self.members]
        self.patronictl("pause", "--wait")
        cut = self.migrate(self.metastore, self.etcd, ["--resume"])
        for member in self.members:
            member.configure([f"127.0.0.1:{port}" for port in self.etcd.ports], is_proxy=False)
            member.daemon.end()
            member.start()
        for member in self.members:
            until(lambda member=member: member.status()["state"] == "running", 60, f"{member.name} runs")
        until(lambda: self.leader_key(self.etcd), 3 * TTL, "a leader in etcd")
        self.patronictl("resume", "--wait")
        until(self.is_synchronous, 60, "a synchronous standby")
        self.say("switched back to etcd", cut)
        self.rest(2 * TTL, "on etcd again")
        expect([member.postmaster() for member in self.members] == servers, "PostgreSQL was not restarted")
        expect(self.timeline() == timeline, "the timeline is the same")

    def fail_over(self):
        """The primary dies at once, with its daemon; Patroni on the other member promotes it."""
        primary, standby = self.primary(), self.standby()
        self.load.take()
        primary.kill()
        _, took = until(lambda: standby.status()["role"] in ("master", "primary"), 4 * TTL, "the standby is the primary")
        self.rest(10, f"kill -9 of {primary.name}: {standby.name} is the primary after {took:.1f} s")
        primary.start()
        _, took = until(self.is_synchronous, 120, "the old primary is a synchronous standby")
        self.rest(1, f"{primary.name} is a synchronous standby again after {took:.1f} s")

    def switch_over(self):
        """By command, as for maintenance."""
        primary, standby = self.primary(), self.standby()
        self.load.take()
        began = time.monotonic()
        self.patronictl("switchover", "--master", primary.name, "--candidate", standby.name, "--force")
        until(lambda: standby.status()["role"] in ("master", "primary") and self.is_synchronous(), 120, "the switchover is done")
        self.rest(1, f"switchover to {standby.name} in {time.monotonic() - began:.1f} s")

    def migrate(self, source, target, more):
        """Copies and follows until the target has everything, verified. Patroni is not stopped."""
        began = time.monotonic()
        result = subprocess.run([self.metactl, "migrate", "--from", source.endpoints, "--to", target.endpoints, "--cut-over", *more],
                                capture_output=True, text=True, timeout=180, check=False)
        with open(os.path.join(self.folder, "migrate.log"), "a", encoding="utf-8") as log:
            log.write(result.stdout + result.stderr)
        expect(result.returncode == 0, f"migrate: {result.stdout[-500:]} {result.stderr[-500:]}")
        lines = [line for line in (result.stdout + result.stderr).splitlines() if "cut-over:" in line]
        return f"{lines[-1] if lines else 'no line'} after {time.monotonic() - began:.1f} s"

    def rest(self, seconds, what):
        time.sleep(seconds)
        seen = self.load.take()
        self.say(what, f"{seen['acknowledged']} rows so far, {seen['failed']} failed writes, longest gap {seen['gap']:.2f} s" + (f" ({seen['error']})" if seen["error"] else ""))

    def leader_key(self, store):
        found = store.call("kv/range", {"key": LEADER_KEY}).get("kvs", [])
        return {"value": base64.b64decode(found[0]["value"]).decode(), "lease": found[0].get("lease", "0")} if found else None

    @staticmethod
    def lease(store, lease):
        return int(store.call("lease/timetolive", {"ID": lease}).get("TTL", "-1"))

    def primary(self):
        return next(member for member in self.members if member.status()["role"] in ("master", "primary"))

    def standby(self):
        return next(member for member in self.members if member.status()["role"] == "replica")

    def timeline(self):
        return self.primary().status()["timeline"]

    def is_synchronous(self):
        """Whether the store, not only PostgreSQL, says that the standby is synchronous: only then may it be promoted."""
        rows = self.members[0].cluster()["members"]
        return len(rows) == len(self.members) and {row["role"] for row in rows} == {"leader", "sync_standby"} and all(row["state"] == "running" for row in rows)

    def patronictl(self, verb, *more):
        result = subprocess.run(["/usr/bin/python3", "/usr/bin/patronictl", "-c", self.members[0].configuration, verb, "moved", *more],
                                capture_output=True, text=True, timeout=120, check=False)
        expect(result.returncode == 0 and "failed" not in result.stdout, f"patronictl {verb}: {result.stdout} {result.stderr}")

    def say(self, what, figures):
        print(f"{time.strftime('%H:%M:%S')}  {what}: {figures}", flush=True)

    def end(self):
        for member in self.members:
            member.end()
        for program in [*self.etcd.members, *self.metastore.members]:
            program.end(9)


def expect(holds, what):
    if not holds:
        raise AssertionError(what)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metastore", required=True, help="path of the program metastore")
    parser.add_argument("--metactl", required=True, help="path of the program metactl")
    parser.add_argument("--etcd", default="/usr/bin/etcd")
    parser.add_argument("--engine", default="memory")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and data")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="metastore-patroni-")
    shutil.chown(folder, "postgres", "postgres")
    exercise = Exercise(folder, options)
    try:
        exercise.run()
    finally:
        exercise.end()
        print(f"logs: {folder}" if options.keep else "", flush=True)
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
