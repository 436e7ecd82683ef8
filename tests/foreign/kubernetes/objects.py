"""What kube-apiserver does for its clients, check by check. Each returns a line of figures, and a failed one raises."""
import concurrent.futures
import time
import urllib.parse

from apiserver import EVENT_TTL, Refused

MANY, PAGE = 1000, 100
NAMESPACE = "/api/v1/namespaces/use"
CONFIG_MAPS, DEPLOYMENTS = f"{NAMESPACE}/configmaps", "/apis/apps/v1/namespaces/use/deployments"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/use/leases"


def expect(is_so, what):
    if not is_so:
        raise AssertionError(what)


def refused(code, call):
    """The refusal of a call that has to be refused with a code."""
    try:
        call()
    except Refused as error:
        expect(error.code == code, f"refused with {error} instead of {code}")
        return error
    raise AssertionError(f"not refused with {code}")


def name_of(item):
    return item["metadata"]["name"]


def version_of(item):
    return item["metadata"]["resourceVersion"]


def health(api):
    checks = api.text("/readyz?verbose")
    # Which checks there are depends on the release and on who built it; whatever looks at the store must be there and say ok.
    of_store = [line for line in checks.splitlines() if "etcd" in line or "storage-readiness" in line]
    expect(of_store and all(line.startswith("[+]") for line in of_store), f"no check of the store says ok in /readyz: {checks}")
    return ", ".join(of_store)


def namespaces(api):
    api.post("/api/v1/namespaces", {"metadata": {"name": "use"}})
    refused(409, lambda: api.post("/api/v1/namespaces", {"metadata": {"name": "use"}}))
    api.patch(NAMESPACE, {"metadata": {"labels": {"a": "b"}}})
    found = api.get("/api/v1/namespaces?labelSelector=a%3Db")["items"]
    expect([name_of(item) for item in found] == ["use"], f"found by label: {found}")
    api.post("/api/v1/namespaces", {"metadata": {"name": "short"}})
    api.delete("/api/v1/namespaces/short")
    short = api.get("/api/v1/namespaces/short")
    expect(short["status"]["phase"] == "Terminating", f"deleted, with a finalizer: {short}")
    short["spec"]["finalizers"] = []
    api.put("/api/v1/namespaces/short/finalize", short)
    refused(404, lambda: api.get("/api/v1/namespaces/short"))
    return "created, patched, found by label, deleted with a finalizer"


def config_maps(api):
    """Creates the many objects that the checks of lists use."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: api.post(CONFIG_MAPS, {"metadata": {"name": f"c{i:04}", "labels": {"half": str(i % 2)}}, "data": {"n": "0"}}), range(MANY)))
    took = time.monotonic() - began
    expect(len({version_of(item) for item in made}) == MANY, "two objects have one resource version")
    first = made[0]
    changed = api.put(f"{CONFIG_MAPS}/c0000", {**first, "data": {"n": "1"}})
    refused(409, lambda: api.put(f"{CONFIG_MAPS}/c0000", {**first, "data": {"n": "2"}}))
    expect(int(version_of(changed)) > int(version_of(first)), "the resource version did not grow")
    refused(409, lambda: api.delete(f"{CONFIG_MAPS}/c0000", {"preconditions": {"resourceVersion": version_of(first)}}))
    same = api.put(f"{CONFIG_MAPS}/c0000", changed)
    expect(version_of(same) == version_of(changed), "a write that changes nothing gave a new resource version")
    applied = api.patch(f"{CONFIG_MAPS}/applied?fieldManager=use&force=true", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"n": "0"}}, "application/apply-patch+yaml")
    expect(applied["data"] == {"n": "0"}, f"applied: {applied}")
    api.delete(f"{CONFIG_MAPS}/applied")
    return f"{MANY} created in {took:.1f} s by 8 clients; stale updates and deletions refused"


def deployments(api):
    labels = {"app": "web"}
    body = {"metadata": {"name": "web"}, "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {
        "metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web"}]}}}}
    api.post(DEPLOYMENTS, body)
    scale = api.get(f"{DEPLOYMENTS}/web/scale")
    api.put(f"{DEPLOYMENTS}/web/scale", {**scale, "spec": {"replicas": 3}})
    web = api.get(f"{DEPLOYMENTS}/web")
    expect(web["spec"]["replicas"] == 3 and web["metadata"]["generation"] == 2, f"scaled: {web}")
    api.put(f"{DEPLOYMENTS}/web/status", {**web, "status": {"replicas": 3, "observedGeneration": 2}})
    expect(api.get(f"{DEPLOYMENTS}/web")["status"]["replicas"] == 3, "the status is not there")
    api.delete(f"{DEPLOYMENTS}/web?propagationPolicy=Background")
    refused(404, lambda: api.get(f"{DEPLOYMENTS}/web"))
    return "created, scaled, status set, deleted"


def lists(api):
    whole = api.get(CONFIG_MAPS)
    pages, token, items, remaining = 0, "", [], None
    while True:
        page = api.get(f"{CONFIG_MAPS}?limit={PAGE}&continue={urllib.parse.quote(token)}")
        pages, items = pages + 1, items + page["items"]
        expect(version_of(page) == version_of(whole) or pages == 1, "pages of one list have two resource versions")
        remaining = page["metadata"].get("remainingItemCount", 0)
        expect(len(items) + remaining == MANY, f"{len(items)} items and {remaining} to come")
        token = page["metadata"].get("continue", "")
        if not token:
            break
        if pages == 3:  # a list is of one revision, whatever is written after its first page
            api.patch(f"{CONFIG_MAPS}/c0999", {"data": {"n": "7"}})
            api.delete(f"{CONFIG_MAPS}/c0500")
    expect([name_of(item) for item in items] == [f"c{i:04}" for i in range(MANY)], "the pages are not the whole list")
    expect(items[999]["data"]["n"] == "0", "a page has what was written after the first page")
    old = api.get(f"{CONFIG_MAPS}?resourceVersion={version_of(whole)}&resourceVersionMatch=Exact&limit={MANY + 1}")["items"]
    expect(len(old) == MANY and old[999]["data"]["n"] == "0", f"the list of an exact resource version is not the old one: {len(old)} items")
    new = api.get(CONFIG_MAPS)["items"]
    expect(len(new) == MANY - 1 and new[998]["data"]["n"] == "7", "the list is not the new one")
    half = api.get(f"{CONFIG_MAPS}?labelSelector=half%3D1&limit=10")
    expect(len(half["items"]) == 10, f"a filtered page has {len(half['items'])} items")
    newest = version_of(api.get(CONFIG_MAPS))
    cached = api.get(f"{CONFIG_MAPS}?resourceVersion={newest}&resourceVersionMatch=NotOlderThan")["items"]
    expect(len(cached) == MANY - 1, f"the cached list has {len(cached)} items")
    refused(504, lambda: api.get(f"{CONFIG_MAPS}?resourceVersion={int(newest) + 1000000}&resourceVersionMatch=NotOlderThan"))  # too large
    api.post(CONFIG_MAPS, {"metadata": {"name": "c0500", "labels": {"half": "0"}}, "data": {"n": "0"}})
    return f"{pages} pages of {PAGE}; at an exact version, not older than, by label"


def consistent_lists(api):
    """A list without a resource version has every write that was answered before, also when the watch cache answers it."""
    slowest = 0.0
    for number in range(100):
        api.patch(f"{CONFIG_MAPS}/c0001", {"data": {"n": str(number)}})
        began = time.monotonic()
        found = next(item for item in api.get(f"{CONFIG_MAPS}?labelSelector=half%3D1")["items"] if name_of(item) == "c0001")
        slowest = max(slowest, time.monotonic() - began)
        expect(found["data"]["n"] == str(number), f"list {number} has number {found['data']['n']}")
    return f"100 writes, each followed by a list that has it; slowest {slowest * 1000:.0f} ms"


def watches(api):
    start = version_of(api.get(CONFIG_MAPS))
    for number in range(3):
        api.patch(f"{CONFIG_MAPS}/c0002", {"data": {"n": str(number + 1)}})
    made = api.post(CONFIG_MAPS, {"metadata": {"name": "watched"}})
    api.delete(f"{CONFIG_MAPS}/watched")
    seen, bookmarks = [], 0
    for event in api.watch(f"{CONFIG_MAPS}?watch=1&resourceVersion={start}&allowWatchBookmarks=true&timeoutSeconds=5"):
        if event["type"] == "BOOKMARK":
            bookmarks += 1
            expect(int(version_of(event["object"])) >= int(version_of(made)), "a bookmark is older than the events")
        else:
            seen.append((event["type"], name_of(event["object"])))
    expected = [("MODIFIED", "c0002")] * 3 + [("ADDED", "watched"), ("DELETED", "watched")]
    expect(seen == expected, f"seen: {seen}")
    return f"{len(seen)} events from an older version, in order; {bookmarks} bookmarks"


def watch_lists(api):
    if api.version < (1, 32):
        return "not with this version"
    began, added = time.monotonic(), 0
    for event in api.watch(f"{CONFIG_MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=20"):
        if event["type"] == "BOOKMARK":
            expect(event["object"]["metadata"].get("annotations", {}).get("k8s.io/initial-events-end") == "true", f"another bookmark came first: {event}")
            expect(added == MANY, f"{added} initial events")
            return f"{added} initial events and their end in {time.monotonic() - began:.2f} s"
        added += 1
    raise AssertionError(f"the watch ended after {added} events without the end of the initial ones")


def leases(api):
    """Two holders contend for one lease, as controllers that elect a leader do: each update is made by one of them."""
    api.post(LEASES, {"metadata": {"name": "leader"}, "spec": {"leaseDurationSeconds": 15, "leaseTransitions": 0}})

    def contend(holder):
        won = 0
        while True:
            lease = api.get(f"{LEASES}/leader")
            if lease["spec"]["leaseTransitions"] >= 100:
                return won
            lease["spec"].update(holderIdentity=holder, leaseTransitions=lease["spec"]["leaseTransitions"] + 1)
            try:
                api.put(f"{LEASES}/leader", lease)
                won += 1
            except Refused as error:
                expect(error.code == 409, str(error))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        won = list(pool.map(contend, ("a", "b")))
    made = sum(won)
    found = api.get(f"{LEASES}/leader")["spec"]["leaseTransitions"]
    expect(made == found, f"{won} updates were acknowledged, and there are {found}")
    return f"{found} updates by two holders, {won[0]} and {won[1]}, none of them on a stale version"


def events(api):
    """Events have a lease of the store, by --event-ttl."""
    path = f"{NAMESPACE}/events"
    start = version_of(api.get(path))
    began = time.monotonic()
    for i in range(20):
        api.post(path, {"metadata": {"name": f"e{i}"}, "involvedObject": {"namespace": "use"}, "reason": "Use", "type": "Normal"})
    expect(len(api.get(path)["items"]) == 20, "events are not there")
    gone = set()
    for event in api.watch(f"{path}?watch=1&resourceVersion={start}&timeoutSeconds={6 * EVENT_TTL}"):
        if event["type"] == "DELETED":
            gone.add(name_of(event["object"]))
            if len(gone) == 1:
                first = time.monotonic() - began
            if len(gone) == 20:
                break
    took = time.monotonic() - began
    expect(len(gone) == 20 and not api.get(path)["items"], f"{len(gone)} of 20 have ended")
    expect(first >= EVENT_TTL, f"the first ended after {first:.1f} s")
    return f"20 ended {first:.1f} to {took:.1f} s after they were made, of {EVENT_TTL} s"


def custom_resources(api):
    crds, things = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "/apis/use.example/v1/namespaces/use/things"
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object", "properties": {"n": {"type": "integer"}}}}}}
    api.post(crds, {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "things.use.example"}, "spec": {
        "group": "use.example", "scope": "Namespaced", "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}]}})
    began = time.monotonic()
    while True:
        try:
            api.post(things, {"apiVersion": "use.example/v1", "kind": "Thing", "metadata": {"name": "t0"}, "spec": {"n": 0}})
            break
        except Refused as error:
            expect(error.code in (404, 429, 503) and time.monotonic() - began < 30, str(error))
            time.sleep(0.1)
    took = time.monotonic() - began
    for i in range(1, 50):
        api.post(things, {"apiVersion": "use.example/v1", "kind": "Thing", "metadata": {"name": f"t{i}"}, "spec": {"n": i}})
    expect(len(api.get(things)["items"]) == 50, "not all are in the list")
    seen = next(api.watch(f"{things}?watch=1&resourceVersion=0&timeoutSeconds=10"))
    expect(seen["type"] == "ADDED", f"seen: {seen}")
    api.delete(f"{crds}/things.use.example")
    began = time.monotonic()
    while time.monotonic() - began < 60:
        try:
            api.get(f"{crds}/things.use.example")
        except Refused as error:
            expect(error.code == 404, str(error))
            return f"served {took:.1f} s after the definition, 50 objects, all deleted with it in {time.monotonic() - began:.1f} s"
        time.sleep(0.2)
    raise AssertionError("the definition is not deleted")


def delete_many(api):
    answer = api.delete(f"{CONFIG_MAPS}?labelSelector=half%3D0")
    left = api.get(CONFIG_MAPS)["items"]
    expect(len(left) == MANY // 2 and all(item["metadata"]["labels"]["half"] == "1" for item in left), f"{len(left)} are left of {MANY // 2}")
    return f"{len(answer.get('items', []))} by one call"


ALL = [health, namespaces, config_maps, deployments, lists, consistent_lists, watches, watch_lists, leases, events, custom_resources]
