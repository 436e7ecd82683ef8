"""Clients of kube-apiserver that write and follow config maps all the time, and know what has to be there."""
import threading
import time

from apiserver import Refused

PATH = "/api/v1/namespaces/default/configmaps"


def config_map(name, number, version=None):
    return {"metadata": {"name": name, "labels": {"load": "yes"}, **({"resourceVersion": version} if version else {})}, "data": {"n": str(number)}}


class Writer:
    """Creates objects, updates each of them twice, each time with the resource version of the answer before, and deletes every third."""

    def __init__(self, api, name, pause):
        self._api, self._name, self._pause = api, name, pause
        self.there, self.gone = {}, set()  # name: (resource version, number) as acknowledged; deletions that were
        self.conflicts = 0  # updates that were refused for the resource version, though nothing else writes
        self.acknowledged, self.failed, self.gap, self._last, self.first_error = 0, 0, 0.0, time.monotonic(), None
        self._stop = threading.Event()
        self.error = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def take(self):
        """Acknowledged so far, and since the call before: failed calls, the longest time between two acknowledged ones, the first failure."""
        result = (self.acknowledged, self.failed, max(self.gap, time.monotonic() - self._last), self.first_error)
        self.failed, self.gap, self.first_error = 0, 0.0, None
        return result

    def stop(self):
        self._stop.set()
        self._thread.join()
        if self.error is not None:
            raise self.error

    def _run(self):
        try:
            count = 0
            while not self._stop.is_set():
                count += 1
                self._live(f"{self._name}-{count}", has_end=count % 3 == 0)
        except Exception as error:  # raised again by stop
            self.error = error

    def _live(self, name, has_end):
        for number in range(3):
            self._until_done(lambda number=number: self._set(name, number), name)
        if has_end:
            self._until_done(lambda: self._delete(name), name)

    def _set(self, name, number):
        before = self.there.get(name)
        try:
            if number == 0:
                answer = self._api.post(PATH, config_map(name, number))
            else:
                answer = self._api.put(f"{PATH}/{name}", config_map(name, number, before[0]))
        except Refused as error:
            if error.code != 409:
                raise
            answer = self._api.get(f"{PATH}/{name}")
            found = int(answer["data"]["n"])
            if found != number:  # else a call without an answer was carried out
                if found != number - 1:
                    raise AssertionError(f"{name}: {error}, and it has number {found} where {number - 1} was acknowledged at {before}") from error
                self.conflicts += 1
                self.there[name] = (answer["metadata"]["resourceVersion"], found)
                self._set(name, number)
                return
        self.there[name] = (answer["metadata"]["resourceVersion"], number)

    def _delete(self, name):
        try:
            self._api.delete(f"{PATH}/{name}")
        except Refused as error:
            if error.code != 404 or not self._in_doubt:
                raise
        del self.there[name]
        self.gone.add(name)

    def _until_done(self, call, name):
        """Calls until it is acknowledged. A failed call may have been carried out."""
        self._in_doubt = False
        while True:
            try:
                call()
                break
            except (ConnectionError, Refused) as error:
                if isinstance(error, Refused) and error.code in (404, 409, 422):
                    raise AssertionError(f"{name}: {error}") from error
                self._in_doubt = True
                self.failed += 1
                self.first_error = self.first_error or str(error)
                self._stop.wait(0.1)
                if self._stop.is_set():
                    raise
        now = time.monotonic()
        self.gap, self._last = max(self.gap, now - self._last), now
        self.acknowledged += 1
        self._stop.wait(self._pause)


class Informer:
    """
    Lists and watches as controllers do: again from the last resource version when the watch ends, a list when that is too old. Without a list in between
    it has to see every number of every object in order.
    """

    def __init__(self, api, rest=0.0, span=300):
        """A rest is the time without a connection after a watch that lasted for the span."""
        self._api, self._rest, self._span = api, rest, span
        self.objects, self.lists, self.watches, self.events, self.skipped, self.backward = {}, 0, 0, 0, [], []
        self.reasons = []
        self._version, self._stop, self._numbers = None, threading.Event(), {}
        threading.Thread(target=self._run, daemon=True).start()

    def take(self):
        result = (self.events, self.watches, self.lists, list(self.reasons))
        self.events, self.watches, self.lists = 0, 0, 0
        self.reasons.clear()
        return result

    def stop(self):
        self._stop.set()

    def _run(self):
        while not self._stop.is_set():
            try:
                if self._version is None:
                    self._list()
                self._watch()
            except ConnectionError:
                self._stop.wait(0.2)
            except Refused as error:
                if error.code == 410:
                    self._too_old(error.text)
                self._stop.wait(0.2)
            self._stop.wait(self._rest)

    def _list(self):
        listed = self._api.get(PATH)
        self.lists += 1
        self._version = listed["metadata"]["resourceVersion"]
        self.objects = {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in listed["items"]}
        self._numbers = {item["metadata"]["name"]: int(item["data"]["n"]) for item in listed["items"] if "data" in item}

    def _too_old(self, text):
        self.reasons.append(text)
        self._version = None

    def _watch(self):
        self.watches += 1
        for event in self._api.watch(f"{PATH}?watch=1&resourceVersion={self._version}&allowWatchBookmarks=true&timeoutSeconds={self._span}", timeout=self._span + 10):
            if event["type"] == "ERROR":
                self._too_old(event["object"].get("message", ""))
                return
            meta = event["object"]["metadata"]
            if int(meta["resourceVersion"]) < int(self._version):
                self.backward.append((self._version, meta["resourceVersion"]))
            self._version = meta["resourceVersion"]
            if event["type"] != "BOOKMARK":
                self._take_in(event["type"], meta, event["object"].get("data", {}))
            if self._stop.is_set():
                return

    def _take_in(self, kind, meta, data):
        self.events += 1
        name = meta["name"]
        number = int(data.get("n", 0))
        expected = self._numbers.get(name, -1) + (0 if kind == "DELETED" else 1)
        if number != expected:
            self.skipped.append(f"{name}: {kind} {number} where {expected} was next")
        if kind == "DELETED":
            self.objects.pop(name, None)
            self._numbers.pop(name, None)
        else:
            self.objects[name] = meta["resourceVersion"]
            self._numbers[name] = number
