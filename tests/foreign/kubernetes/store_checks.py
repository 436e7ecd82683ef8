"""What kube-apiserver does with its store: compaction, figures, the loss of members. See objects.py for the form of a check."""
import base64
import re
import signal
import time
import urllib.error
import urllib.parse

from apiserver import COMPACTION, ApiServer, Refused
from load import PATH, Informer, Writer
from objects import CONFIG_MAPS, expect
from processes import until

RESOURCE = "configmaps"
COMPACT_KEY = base64.b64encode(b"compact_rev_key").decode()


def newest_revision(store):
    return int(store.call("kv/range", {"key": COMPACT_KEY})["header"]["revision"])


def compacted_to(store):
    """The revision up to which the apiserver has had the store compacted, or 0."""
    found = store.call("kv/range", {"key": COMPACT_KEY}).get("kvs", [])
    return int(base64.b64decode(found[0]["value"])) if found else 0


def is_compacted(store, revision):
    try:
        store.call("kv/range", {"key": COMPACT_KEY, "revision": str(revision)})
        return False
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        expect("compacted" in text, text)
        return True


def compaction(api, store):
    """Waits for two compactions; a list that was begun before goes on, by the apiserver's cache or as an inconsistent one."""
    begun = api.get(f"{CONFIG_MAPS}?limit=10")
    version = begun["metadata"]["resourceVersion"]
    token = urllib.parse.quote(begun["metadata"]["continue"])
    api.patch(f"{CONFIG_MAPS}/c0003", {"data": {"n": "9"}})
    _, took = until(lambda: compacted_to(store) >= int(version) + 1, 4 * COMPACTION, "the apiserver compacts its store")
    until(lambda: is_compacted(store, int(version)), 10, "the store refuses a compacted revision")
    try:
        following = api.get(f"{CONFIG_MAPS}?limit=10&continue={token}")
        said = "the list went on from the apiserver's cache"
    except Refused as expired:
        expect(expired.code == 410, str(expired))
        following = api.get(f"{CONFIG_MAPS}?limit=10&continue={urllib.parse.quote(expired.status['metadata']['continue'])}")
        said = "the list went on by the token of the refusal"
    expect(following["items"][0]["metadata"]["name"] == "c0010", "the list does not go on where it was")
    return f"the revision of a list was compacted {took:.0f} s after it; {said}"


def figures(api, store):
    """What the apiserver measures of its store. Figures have other names in other versions, and some versions lack some."""
    def sum_of(pattern):
        found = [value for name, value in api.metrics().items() if re.search(pattern, name)]
        return sum(found) if found else None

    def most_of(pattern):
        return max((value for name, value in api.metrics().items() if re.search(pattern, name)), default=None)

    def counted():  # some versions have it by two names
        return most_of(rf'^(apiserver_storage_objects|apiserver_resource_objects|etcd_object_counts)\{{.*resource="{RESOURCE}')
    listed = sum(len(api.get(f"/api/v1/namespaces/{name}/configmaps")["items"]) for name in
                 (item["metadata"]["name"] for item in api.get("/api/v1/namespaces")["items"]))
    until(lambda: counted() == listed, 20, f"{listed} config maps are counted")
    size = sum_of(r"^(apiserver_storage_size_bytes|apiserver_storage_db_total_size_in_bytes|etcd_db_total_size_in_bytes)")
    expect(size > 0, "the size of the store is not there")
    consistent, fallback = sum_of(r'^apiserver_watch_cache_consistent_read_total\{.*success="true"'), sum_of(r"^apiserver_watch_cache_consistent_read_total\{.*success=\"false\"")
    checked, differs = sum_of(r'^apiserver_storage_consistency_checks_total\{.*status="success"'), sum_of(r'^apiserver_storage_consistency_checks_total\{.*status="failure"')
    expect(not differs, f"{differs} checks found a watch cache that differs from the store")
    requests, failed = sum_of("^etcd_requests_total"), sum_of("^etcd_request_errors_total")
    return (f"{listed} config maps counted, store of {size:.0f} bytes, lists from the cache with a check of the newest revision: {consistent}, without success {fallback}; "
            f"checks of the cache against the store: {checked}, different {differs}; {requests} requests of the store, {failed} errors")


def lost_members(api, store):
    """kill -9 of each member in turn, one at a time, under writers and a watch."""
    writers, informer = [Writer(api, f"lost{i}", 0.02) for i in range(2)], Informer(api)
    said = []
    try:
        for number, member in enumerate(store.members):
            was_leader = is_leader(store, number)
            time.sleep(3)
            [writer.take() for writer in writers]
            member.end(signal.SIGKILL)
            time.sleep(8)
            failed, gap = sum(writer.failed for writer in writers), max(writer.take()[2] for writer in writers)
            said.append(f"{'the leader' if was_leader else 'a follower'}: {failed} failed writes, longest gap {gap:.1f} s")
            member.start()
            until(store.is_healthy, 60, "the member is back")
            expect(api.text("/readyz") == "ok", "not ready")
    finally:
        for writer in writers:
            writer.stop()
    settled(api, writers, [informer])
    informer.stop()
    _, watches, lists, _ = informer.take()
    return "; ".join(said) + f"; {sum(writer.acknowledged for writer in writers)} writes, none lost; the watch connected {watches} times, listed {lists} times"


def is_leader(store, number):
    status = store.call("maintenance/status", {}, number)
    return status["leader"] == status["header"]["member_id"]


def settled(api, writers, informers, is_kept=True):
    """Everything acknowledged is there as it was acknowledged, what was deleted is not, and each informer has come to the same. Returns the number of objects."""
    items = api.get(PATH)["items"]
    listed = {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in items}
    numbers = {item["metadata"]["name"]: item.get("data", {}).get("n") for item in items}
    lost = [name for writer in writers for name, (version, number) in writer.there.items() if numbers.get(name) != str(number) or is_kept and listed[name] != version]
    risen = [name for writer in writers for name in writer.gone if name in listed]
    expect(not lost and not risen, f"lost or changed: {lost[:10]} ({len(lost)}); deleted and there again: {risen[:10]} ({len(risen)})")
    for informer in informers:
        until(lambda informer=informer: informer.objects == listed, 30, "the watch has seen everything")
        expect(not informer.skipped, f"the watch skipped {len(informer.skipped)}: {informer.skipped[:5]}")
        expect(not informer.backward, f"versions of the watch went back: {informer.backward[:5]}")
    return len(listed)


def complaints(api: ApiServer, begin=0):
    """Lines of warnings and errors in the apiserver's log from an offset that concern its store, without time and place."""
    with open(api.log, encoding="utf-8", errors="replace") as file:
        file.seek(begin)
        text = file.read()
    lines = [line for line in text.splitlines() if re.match(r"[WEF]\d{4} ", line) or '"level":"warn"' in line or '"level":"error"' in line]
    words = re.compile("etcd|storage|compact|watch chan|rpc error|cacher|reflector|leader|lease", re.IGNORECASE)
    counts = {}
    for line in lines:
        if words.search(line):
            short = re.sub(r"^[WEF]\d{4} \S+ +\d+ ", "", line)[:300]
            counts[short] = counts.get(short, 0) + 1
    return counts
