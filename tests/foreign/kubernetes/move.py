"""Moves the store of a running kube-apiserver from etcd to MetaStore and back, see README.md beside this file."""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from apiserver import COMPACTION, ApiServer, until
from forwarder import Forwarder
from load import Informer, Writer
from objects import expect
from processes import Store, free_port
import store_checks

KEPT = "/api/v1/namespaces/kept/configmaps"


class Exercise:
    """The steps, in order; each prints what it saw, and a failed one raises."""

    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.stores = []
        self.stores.append(self.etcd())
        self.api, self.forwarder, self.kept = None, None, {}
        self.writers, self.informers = [], {}

    def run(self):
        until(self.store.is_healthy, 60, "etcd is healthy")
        self.forwarder = Forwarder(free_port(), self.store.ports)
        self.api = ApiServer(self.folder, self.options.kube_apiserver, [self.forwarded])
        took = self.api.wait_until_ready()
        self.say(f"kube-apiserver {self.api.name} is ready on etcd", f"{took:.1f} s")
        self.fill()
        self.write("w")
        self.informers = {"connected all the time": Informer(self.api), "connects every 5 s": Informer(self.api, span=5), "away for 3 of 8 s": Informer(self.api, rest=3, span=5)}
        self.stay("on etcd")
        self.move("etcd to MetaStore, snapshot, the address leads to it", self.metastore, self.by_address(self.snapshot))
        self.move("MetaStore to etcd, snapshot, the address leads to it", self.etcd, self.by_address(self.snapshot))
        self.move("etcd to MetaStore, snapshot, restart with other --etcd-servers", self.metastore, self.by_restart(self.snapshot))
        self.move("MetaStore to etcd, snapshot, restart with other --etcd-servers", self.etcd, self.by_restart(self.snapshot))
        self.compare("with revisions kept")
        self.write("v")
        self.move("etcd to MetaStore, live, the address leads to it", self.metastore, self.live, is_kept=False)
        self.compare("with other revisions", is_kept=False)

    def write(self, name):
        self.writers = [Writer(self.api, f"{name}{i}", 0.03) for i in range(3)]

    def compare(self, what, is_kept=True):
        for writer in self.writers:
            writer.stop()
        count = store_checks.settled(self.api, self.writers, self.informers.values(), is_kept)
        conflicts = sum(writer.conflicts for writer in self.writers)
        expect(conflicts == 0 or not is_kept, f"{conflicts} updates were refused for their resource version")
        self.say(f"compared, {what}", f"{sum(writer.acknowledged for writer in self.writers)} writes acknowledged, {count} objects, none lost or changed; "
                 f"{conflicts} updates refused for their resource version and made again; no watch skipped an event")

    @property
    def store(self):
        return self.stores[-1]

    @property
    def forwarded(self):
        return f"127.0.0.1:{self.forwarder.port}"

    def etcd(self, prepare=None):
        restore = [self.options.etcdutl or "etcdctl", "snapshot", "restore"]
        return Store(self.folder, self.name("etcd"), self.options.etcd, 1, ["--logger=zap", "--log-level=warn"], prepare and prepare(restore))

    def metastore(self, prepare=None):
        restore = [self.options.metactl, "snapshot", "restore", "--engine", self.options.engine, "--from-etcd"]
        return Store(self.folder, self.name("metastore"), self.options.metastore, 3, ["--engine", self.options.engine], prepare and prepare(restore))

    def name(self, kind):
        return f"{kind}{len(self.stores)}-"

    def fill(self):
        """Objects that nothing changes any more: they have to keep their resource versions."""
        began = time.monotonic()
        self.api.post("/api/v1/namespaces", {"metadata": {"name": "kept"}})

        def make(part):
            for i in range(part, self.options.objects, 8):
                self.api.post(KEPT, {"metadata": {"name": f"k{i}"}, "data": {"text": "x" * 300}})
        threads = [threading.Thread(target=make, args=(part,)) for part in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.kept = self.versions()
        expect(len(self.kept) == self.options.objects, f"{len(self.kept)} of {self.options.objects} objects are there")
        self.say(f"{len(self.kept)} objects", f"{time.monotonic() - began:.1f} s")

    def versions(self):
        return {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in self.api.get(KEPT)["items"]}

    def move(self, what, target, way, is_kept=True):
        program, log = self.api.process.process, os.path.getsize(self.api.log)
        self.take()
        steps = way(target)
        self.api.wait_until_ready()
        versions = self.versions()
        expect(set(versions) == set(self.kept), f"{len(versions)} of {len(self.kept)} objects are there")
        same = sum(versions[name] == version for name, version in self.kept.items())
        expect(same == len(self.kept) or not is_kept, f"{same} of {len(self.kept)} have their resource version")
        self.kept = versions
        self.say(what, f"{steps}; kube-apiserver {'went on' if program is self.api.process.process and program.poll() is None else 'was restarted'}; {same} of {len(versions)} objects have their resource version")
        for store in self.stores[:-1]:
            store.end()
        began, revision = time.monotonic(), store_checks.newest_revision(self.store)
        self.stay("in the move and since then")
        until(lambda: store_checks.compacted_to(self.store) > revision, 5 * COMPACTION, "the apiserver compacts the new store")
        self.say("", f"the apiserver compacted a revision of after the move {time.monotonic() - began:.0f} s later")
        for line, times in store_checks.complaints(self.api, log).items():
            print(f"            {times} x {line}", flush=True)

    def stay(self, where):
        time.sleep(15)
        self.say("", f"{where}: {self.take()}")

    def take(self):
        taken = [writer.take() for writer in self.writers]
        text = (f"{sum(count for count, *_ in taken)} writes acknowledged, {sum(failed for _, failed, *_ in taken)} failed, longest gap {max((gap for _, _, gap, _ in taken), default=0):.2f} s")
        for name, informer in self.informers.items():
            events, watches, lists, reasons = informer.take()
            text += f"; watch {name}: {events} events, connected {watches} times, {lists} lists{f' ({reasons[0]})' if reasons else ''}"
        errors = [error for *_, error in taken if error]
        return text + (f"; first error: {errors[0]}" if errors else "")

    def by_address(self, copy):
        """Nothing is restarted: one address stays, and leads to the new store."""
        def way(target):
            self.forwarder.hold()
            store, steps = copy(target)
            self.forwarder.switch(store.ports)
            self.stores.append(store)
            return steps
        return way

    def by_restart(self, copy):
        """The apiserver is stopped, and started with the addresses of the new store."""
        def way(target):
            began = time.monotonic()
            self.api.end()
            ended = time.monotonic() - began
            store, steps = copy(target)
            self.stores.append(store)
            self.api.start(store.endpoints.split(","))
            return f"stopped in {ended:.1f} s, {steps}, ready after {self.api.wait_until_ready():.1f} s"
        return way

    def snapshot(self, target, more=(), name="snapshot"):
        began = time.monotonic()
        file = os.path.join(self.folder, f"{name}-{len(self.stores)}.db")
        self.command("etcdctl", f"--endpoints=127.0.0.1:{self.store.ports[0]}", "snapshot", "save", file)
        saved = time.monotonic()
        store = target(lambda restore: lambda flags: self.command(*restore, file, *flags, *more))
        until(store.is_healthy, 60, "the new store is healthy")
        return store, f"snapshot of {os.path.getsize(file) / 1e6:.1f} MB in {saved - began:.1f} s, restored and healthy in {time.monotonic() - saved:.1f} s"

    def live(self, target):
        """
        The copy is made while the apiserver writes. Revisions of the copy go on above all of the old store, and the ones before are compacted:
        clients with older resource versions are refused and list again, instead of waiting for revisions that come later.
        """
        store, steps = self.snapshot(target, ["--bump-revision", "1000000", "--mark-compacted"], "live")
        begin = [self.options.metactl, "migrate", "--from", self.store.endpoints, "--to", store.endpoints, "--resume"]
        follow = subprocess.Popen([*begin, "--cut-over"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in follow.stdout:
            if (left := re.search(r"(\d+) to go", line)) and int(left[1]) < 100:
                break
        self.forwarder.hold()
        began = time.monotonic()
        last = ""
        for line in follow.stdout:
            last = line.strip() or last
        expect(follow.wait() == 0, f"metactl migrate: {last}")
        self.forwarder.switch(store.ports)
        self.stores.append(store)
        return f"{steps}, all of it under writes; held for {time.monotonic() - began:.1f} s until: {last}"

    @staticmethod
    def command(*arguments):
        done = subprocess.run(arguments, capture_output=True, text=True, env={**os.environ, "ETCDCTL_API": "3"}, check=False)
        expect(done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}")

    @staticmethod
    def say(what, figures):
        print(f"{time.strftime('%H:%M:%S')}    {what}: {figures}" if what else f"            {figures}", flush=True)

    def end(self):
        for informer in self.informers.values():
            informer.stop()
        if self.api is not None:
            self.api.end(signal.SIGKILL)
        for store in self.stores:
            store.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kube-apiserver", required=True, type=os.path.abspath)
    parser.add_argument("--metastore", required=True, type=os.path.abspath)
    parser.add_argument("--metactl", required=True, type=os.path.abspath)
    parser.add_argument("--etcd", default="/usr/bin/etcd", type=os.path.abspath)
    parser.add_argument("--etcdutl", type=os.path.abspath, help="restores a snapshot for etcd 3.5 and later; without it: etcdctl")
    parser.add_argument("--engine", default="memory")
    parser.add_argument("--objects", default=3000, type=int, help="objects that are there from the start")
    parser.add_argument("--keep", action="store_true", help="keep logs and data")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="metastore-kubernetes-")
    exercise = Exercise(folder, options)
    try:
        exercise.run()
        return 0
    finally:
        exercise.end()
        if options.keep:
            print(f"logs: {folder}", flush=True)
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
