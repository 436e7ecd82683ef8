"""Three members on loopback, for the programs of this folder. MetaStore and etcd take the same flags."""
import atexit
import base64
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request

NAMES = ["n1", "n2", "n3"]
LOOKS = 1200


def free_ports(count):
    """Ports below the range of outgoing connections that nothing listens on."""
    found = set()
    while len(found) < count:
        port = random.randint(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.add(port)
    return list(found)


def text(value):
    """Bytes of a key or value as the gateway wants them."""
    return base64.b64encode(value.encode()).decode()


class Members:
    """The processes by name, with their logs in a folder, and their data too unless another place is given."""

    def __init__(self, folder, data=None):
        ports = free_ports(2 * len(NAMES))
        self.client = {name: f"http://127.0.0.1:{port}" for name, port in zip(NAMES, ports)}
        self._peer = {name: f"http://127.0.0.1:{port}" for name, port in zip(NAMES, ports[len(NAMES):])}
        self._folder, self._data = folder, data or folder
        self._processes = {}
        atexit.register(self._kill)

    @property
    def endpoints(self):
        return ",".join(url.removeprefix("http://") for url in self.client.values())

    def data(self, name):
        return os.path.join(self._data, name)

    def start(self, name, program, *flags):
        client, peer = self.client[name], self._peer[name]
        with open(os.path.join(self._folder, name + ".log"), "a") as log:
            self._processes[name] = subprocess.Popen(
                [program, "--name", name, "--data-dir", self.data(name), "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                 "--initial-advertise-peer-urls", peer, "--initial-cluster", ",".join(f"{other}={url}" for other, url in self._peer.items()), *flags],
                stdout=log, stderr=subprocess.STDOUT)

    def end(self, *names, number=signal.SIGTERM):
        """Sends all of them the signal, then waits for each."""
        for name in names:
            self._processes[name].send_signal(number)
        for name in names:
            self._processes[name].wait(60)

    def wait_until_healthy(self, *names):
        """Counts looks and not time, which goes on while the processes are stopped."""
        for name in names:
            for _ in range(LOOKS):
                if self._is_healthy(name):
                    break
                if self._processes[name].poll() is not None:
                    self.fail(f"{name} ended with {self._processes[name].returncode}")
                time.sleep(0.1)
            else:
                self.fail(f"{name} is not healthy after {LOOKS} looks")

    def _is_healthy(self, name):
        try:
            with urllib.request.urlopen(self.client[name] + "/health", timeout=1) as response:
                return b"true" in response.read()
        except OSError:
            return False

    def call(self, name, path, body, timeout=10):
        """A call through the gateway of one member."""
        request = urllib.request.Request(self.client[name] + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return json.load(response)

    def fail(self, reason):
        """Ends the program with 1, and so the members."""
        print("FAILED:", reason, flush=True)
        print("data and logs are kept in", self._folder)
        sys.exit(1)

    def end_all(self):
        """Those that were started."""
        self.end(*self._processes)

    def _kill(self):
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
