"""kube-apiserver on a cluster of three members, see README.md beside this file."""
import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback

from apiserver import ApiServer, until
import objects
import store_checks
from processes import Store


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kube-apiserver", required=True, type=os.path.abspath)
    parser.add_argument("--store", required=True, type=os.path.abspath, help="metastore, or etcd to see what it does")
    parser.add_argument("--more", default="", help="flags of the store, such as '--engine rocksdb'")
    parser.add_argument("--keep", action="store_true", help="keep logs and data")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="metastore-kubernetes-")
    os.makedirs(os.path.join(folder, "store"))
    store = Store(os.path.join(folder, "store"), "m", options.store, 3, options.more.split())
    api, failed = None, []

    def run(check, *arguments):
        began = time.monotonic()
        try:
            said = check(*arguments)
            print(f"ok      {check.__name__} ({time.monotonic() - began:.1f} s): {said}", flush=True)
        except Exception:  # the checks after it are still of use
            failed.append(check.__name__)
            print(f"FAILED  {check.__name__} ({time.monotonic() - began:.1f} s): {traceback.format_exc()}", flush=True)

    def quiet(api):
        # The check of compaction asks for a revision that is gone, which the store's client reports.
        found = {line: count for line, count in store_checks.complaints(api).items() if "OutOfRange" not in line}
        objects.expect(not found, f"lines about the store in the log: {found}")
        return "no warning or error about the store in the log"

    try:
        until(store.is_healthy, 60, "the store is healthy")
        api = ApiServer(folder, options.kube_apiserver, store.endpoints.split(","))
        print(f"ready after {api.wait_until_ready():.1f} s", flush=True)
        for check in objects.ALL:
            run(check, api)
        run(store_checks.compaction, api, store)
        run(store_checks.figures, api, store)
        run(objects.delete_many, api)
        run(quiet, api)
        run(store_checks.lost_members, api, store)
        print(f"log about the store since then: {store_checks.complaints(api)}", flush=True)
        print(f"{len(failed)} checks failed{': ' + ', '.join(failed) if failed else ''}", flush=True)
        return 1 if failed else 0
    finally:
        if api is not None:
            api.end(signal.SIGKILL)
        store.end()
        if options.keep:
            print(f"logs: {folder}", flush=True)
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
