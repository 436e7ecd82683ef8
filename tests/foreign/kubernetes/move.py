"""Moves the store of a running kube-apiserver from etcd to MetaStore and back, see README.md beside this file."""
import argparse
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "patroni"))
from forwarder import Forwarder  # noqa: E402
from processes import Program, Store, free_port, until  # noqa: E402

TOKEN = "a-token-of-the-exercise"


class Api:
    """kube-apiserver with one client address for its store, and calls to it."""

    def __init__(self, folder, program, store_port):
        self.port = free_port()
        self._tls = ssl.create_default_context()
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE  # its own certificate, made at its start
        tokens, key = os.path.join(folder, "tokens.csv"), os.path.join(folder, "service-account.key")
        with open(tokens, "w", encoding="ascii") as file:
            file.write(f"{TOKEN},admin,1,system:masters\n")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        self.program = Program(folder, "kube-apiserver", [
            program, f"--etcd-servers=http://127.0.0.1:{store_port}", "--bind-address=127.0.0.1", f"--secure-port={self.port}", f"--cert-dir={folder}/certificates",
            f"--token-auth-file={tokens}", "--authorization-mode=AlwaysAllow", "--service-cluster-ip-range=10.0.0.0/24", f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}", "--service-account-issuer=https://localhost", "--api-audiences=api", "--advertise-address=127.0.0.1",
            "--etcd-compaction-interval=1m", "--disable-admission-plugins=ServiceAccount"])

    def call(self, method, path, body=None, timeout=10):
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", body and json.dumps(body).encode(), method=method,
                                         headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        return urllib.request.urlopen(request, timeout=timeout, context=self._tls)

    def get(self, path):
        with self.call("GET", path) as answer:
            return json.load(answer)

    def is_ready(self):
        try:
            with self.call("GET", "/readyz") as answer:
                return answer.read() == b"ok"
        except urllib.error.HTTPError:
            return False  # some check is not done yet


class Load:
    """Creates config maps, updates and deletes some of them, and follows all of them by one watch, as a controller does."""

    PATH = "/api/v1/namespaces/default/configmaps"

    def __init__(self, api):
        self.api, self.acknowledged, self.failed, self.watched, self.watches, self.lists = api, {}, 0, {}, 0, 0
        self.gap, self._last, self._stop = 0.0, time.monotonic(), threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._write, self._watch)]
        for thread in self._threads:
            thread.start()

    def take(self):
        now = time.monotonic()
        text = (f"{len(self.acknowledged)} objects, {self.failed} failed writes, longest gap {max(self.gap, now - self._last):.2f} s; "
                f"the watch saw {len(self.watched)}, connected {self.watches} times, listed {self.lists} times")
        self.failed, self.gap = 0, 0.0
        return text

    def stop(self):
        """Objects that were acknowledged and are not in the list, or that the watch has not seen."""
        self._stop.set()
        self._threads[0].join()
        there = {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in self.api.get(self.PATH)["items"]}
        until(lambda: all(self.watched.get(name) == version for name, version in self.acknowledged.items()), 20, "the watch has seen everything")
        return [name for name, version in self.acknowledged.items() if there.get(name) != version]

    def _write(self):
        number = 0
        while not self._stop.is_set():
            number += 1
            name = f"c{number}"
            body = {"metadata": {"name": name, "labels": {"load": "yes"}}, "data": {"n": str(number)}}
            try:
                with self.api.call("POST", self.PATH, body) as answer:
                    self.acknowledged[name] = json.load(answer)["metadata"]["resourceVersion"]
                now = time.monotonic()
                self.gap, self._last = max(self.gap, now - self._last), now
            except OSError:
                self.failed += 1
            self._stop.wait(0.1)

    def _watch(self):
        version = None
        while not self._stop.is_set():
            try:
                if version is None:
                    self.lists += 1
                    listed = self.api.get(self.PATH)
                    version = listed["metadata"]["resourceVersion"]
                    self.watched.update((item["metadata"]["name"], item["metadata"]["resourceVersion"]) for item in listed["items"])
                self.watches += 1
                with self.api.call("GET", f"{self.PATH}?watch=1&resourceVersion={version}&allowWatchBookmarks=true", timeout=120) as stream:
                    for line in stream:
                        event = json.loads(line)
                        if event["type"] == "ERROR":
                            version = None  # too old: list again
                            break
                        meta = event["object"]["metadata"]
                        version = meta["resourceVersion"]
                        if event["type"] != "BOOKMARK":
                            self.watched[meta["name"]] = version
            except OSError:
                self._stop.wait(0.5)


def restored(folder, name, program, port_of_snapshot, restore, more):
    """Takes a snapshot and starts a store of one member on it. Returns the store and the seconds of each step."""
    began = time.monotonic()
    file = os.path.join(folder, name + ".db")
    subprocess.run(["etcdctl", f"--endpoints=127.0.0.1:{port_of_snapshot}", "snapshot", "save", file], check=True, capture_output=True, env={**os.environ, "ETCDCTL_API": "3"})
    saved = time.monotonic()
    store = Store(folder, name, program, 1, more, prepare=lambda flags: subprocess.run([*restore, file, *flags], check=True, capture_output=True, env={**os.environ, "ETCDCTL_API": "3"}))
    until(store.is_healthy, 60, f"{name} is healthy")
    return store, f"snapshot {saved - began:.1f} s, restore and start {time.monotonic() - saved:.1f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kube-apiserver", required=True)
    parser.add_argument("--metastore", required=True)
    parser.add_argument("--metactl", required=True)
    parser.add_argument("--engine", default="memory")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="metastore-kubernetes-")
    programs, stores = [], []

    def say(what, figures):
        print(f"{time.strftime('%H:%M:%S')}  {what}: {figures}", flush=True)

    try:
        stores.append(Store(folder, "etcd", "/usr/bin/etcd", 1, ["--logger=zap", "--log-level=warn"]))
        until(stores[0].is_healthy, 60, "etcd is healthy")
        forwarder = Forwarder(free_port(), stores[0].ports)
        api = Api(folder, options.kube_apiserver, forwarder.port)
        programs.append(api.program)
        _, took = until(api.is_ready, 120, "kube-apiserver is ready")
        say("kube-apiserver is ready on etcd", f"{took:.1f} s")
        load = Load(api)
        time.sleep(10)
        say("on etcd", load.take())
        moves = [("metastore", options.metastore, [options.metactl, "snapshot", "restore", "--engine", options.engine, "--from-etcd"], ["--engine", options.engine]),
                 ("etcd-again", "/usr/bin/etcd", ["etcdctl", "snapshot", "restore"], ["--logger=zap", "--log-level=warn"])]
        for name, program, restore, more in moves:
            forwarder.switch([])  # the apiserver's writes wait from here
            store, steps = restored(folder, name, program, stores[-1].ports[0], restore, more)
            forwarder.switch(store.ports)
            stores.append(store)
            before = len(load.acknowledged)
            _, took = until(lambda before=before: len(load.acknowledged) > before, 60, "writes go on")
            say(f"moved to {name}", f"{steps}, next write {took:.1f} s after the switch")
            time.sleep(75)  # longer than an interval of the apiserver's compaction
            say(f"on {name}", load.take())
            if api.program.process.poll() is not None:
                raise AssertionError("kube-apiserver has ended")
        lost = load.stop()
        say("the end", f"{len(load.acknowledged)} objects acknowledged, {len(lost)} of them lost or changed; {load.take()}")
        return 1 if lost else 0
    finally:
        for program in [*programs, *(member for store in stores for member in store.members)]:
            program.end(9)
        if options.keep:
            print(f"logs: {folder}", flush=True)
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
