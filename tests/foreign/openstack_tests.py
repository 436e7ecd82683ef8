"""The own tests of Debian's python3-etcd3gw and python3-tooz, unchanged, against one server.

Usage: openstack_tests.py PORT etcd3gw|tooz [TEST...]
Prints one line per test: its outcome and its name; then the reasons of those that failed. Ends with 0 whatever their outcome.
"""
import functools
import os
import sys
import time
import unittest

import etcd3gw
import urllib3.util.connection

# What etcd3gw's tests connect to; there is no setting for it.
WRITTEN_PORT = 2379

SUITES = {
    "etcd3gw": ["etcd3gw.tests.test_client", "etcd3gw.tests.test_etcd3gw"],
    "tooz": ["tooz.tests.test_coordination", "tooz.tests.drivers.test_etcd3gw"],
}


def fit_together():
    """What both leave to a newer release: the path since etcd 3.4, and an argument of etcd3gw.client that Debian's tooz gives."""
    import etcd3gw.tests.test_etcd3gw as tests

    tests.Etcd3Client = functools.partial(etcd3gw.Etcd3Client, api_path="/v3/")
    etcd3gw.client = etcd3gw.Etcd3Client


def redirect(port):
    connect = urllib3.util.connection.create_connection

    def connect_to_port(address, *args, **kwargs):
        host, wanted = address
        return connect(("127.0.0.1", port) if wanted == WRITTEN_PORT else address, *args, **kwargs)

    urllib3.util.connection.create_connection = connect_to_port


class Outcomes(unittest.TestResult):
    reasons = []
    begun = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.begun = time.monotonic()

    def say(self, outcome, test, reason=""):
        print("%s %s %.1f s" % (outcome, test.id(), time.monotonic() - self.begun), flush=True)
        if reason:
            self.reasons.append("%s\n%s" % (test.id(), reason))

    def addSuccess(self, test):
        self.say("passed", test)

    def addSkip(self, test, reason):
        self.say("skipped", test)

    def addError(self, test, error):
        self.say("failed", test, self._exc_info_to_string(error, test))

    addFailure = addError


def each(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


def main(port, library, excluded):
    redirect(port)
    fit_together()
    os.environ["TOOZ_TEST_URL"] = "etcd3+http://127.0.0.1:%d?api_version=v3" % port
    outcomes = Outcomes()
    tests = unittest.defaultTestLoader.loadTestsFromNames(SUITES[library])
    unittest.TestSuite(test for test in each(tests) if test.id().rpartition(".")[2] not in excluded).run(outcomes)
    print("\n".join(outcomes.reasons))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], set(sys.argv[3:]))
