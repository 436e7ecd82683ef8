"""Clients that write through the gateway of three members while something happens to these, and remember what was acknowledged."""
import base64
import random
import threading
import time

from members import NAMES, text

PAGE = 5000


class Writers:
    """Four threads, each with its own keys below k/."""

    def __init__(self, members):
        self.acknowledged = {}
        self.unknown = 0
        self._members = members
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(writer,), daemon=True) for writer in range(4)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)

    def _write(self, writer):
        number = 0
        while not self._stopping.is_set():
            key = f"k/{writer}/{number}"
            try:
                self._members.call(random.choice(NAMES), "/v3/kv/put", {"key": text(key), "value": text(str(number))})
                self.acknowledged[key] = str(number)
            except OSError:
                # A member that is down, or an election: the write may have taken effect or not.
                self.unknown += 1
                time.sleep(0.05)
            number += 1

    def lost_on(self, name):
        """The keys whose acknowledged value a member does not have."""
        # A linearizable read first: then the member has applied everything.
        self._members.call(name, "/v3/kv/range", {"key": text("k")}, timeout=60)
        found = dict(self._pairs_of(name))
        return [key for key, value in self.acknowledged.items() if found.get(key) != value]

    def _pairs_of(self, name):
        key, more = "k/", True
        while more:
            page = self._members.call(name, "/v3/kv/range", {"key": text(key), "range_end": text("k0"), "limit": PAGE, "serializable": True}, timeout=60)
            for pair in page.get("kvs", []):
                key = base64.b64decode(pair["key"]).decode()
                yield key, base64.b64decode(pair.get("value", "")).decode()
            key, more = key + "\0", page.get("more")
