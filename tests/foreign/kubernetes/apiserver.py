"""kube-apiserver on loopback, and calls to it."""
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "patroni"))
from processes import Program, free_port, until  # noqa: E402

TOKEN = "a-token-of-the-exercise"
COMPACTION, EVENT_TTL = 30, 10


class Refused(Exception):
    """An answer other than 2xx, with the code and what the apiserver says about it."""

    def __init__(self, code, body):
        try:
            status = json.loads(body)
        except ValueError:
            status = {"message": body.decode(errors="replace")}
        self.code, self.reason, self.text, self.status = code, status.get("reason", ""), status.get("message", ""), status
        super().__init__(f"{code} {self.reason}: {self.text[:300]}")


class ApiServer:
    """The program. It is started again with other addresses of the store by switch; its own port and keys stay."""

    def __init__(self, folder, program, endpoints):
        self.port, self._folder, self._program = free_port(), folder, program
        tokens, self._key = os.path.join(folder, "tokens.csv"), os.path.join(folder, "service-account.key")
        with open(tokens, "w", encoding="ascii") as file:
            file.write(f"{TOKEN},admin,1,system:masters\n")
        subprocess.run(["openssl", "genrsa", "-out", self._key, "2048"], check=True, capture_output=True)
        self._tls = ssl.create_default_context()
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE  # its own certificate, made at its first start
        self._local = threading.local()
        self.version, self.log = (0, 0), os.path.join(folder, "kube-apiserver.log")
        self.start(endpoints)

    def start(self, endpoints):
        self.process = Program(self._folder, "kube-apiserver", [
            self._program, f"--etcd-servers={','.join(f'http://{endpoint}' for endpoint in endpoints)}", "--bind-address=127.0.0.1", f"--secure-port={self.port}",
            f"--cert-dir={self._folder}/certificates", f"--token-auth-file={self._folder}/tokens.csv", "--authorization-mode=AlwaysAllow", "--service-cluster-ip-range=10.0.0.0/24",
            f"--service-account-key-file={self._key}", f"--service-account-signing-key-file={self._key}", "--service-account-issuer=https://localhost", "--api-audiences=api",
            "--advertise-address=192.0.2.1",  # of the range for documentation: endpoints may not be of loopback, and nothing connects to it
            f"--etcd-compaction-interval={COMPACTION}s", "--etcd-count-metric-poll-period=5s", "--etcd-db-metric-poll-interval=5s", f"--event-ttl={EVENT_TTL}s",
            "--disable-admission-plugins=ServiceAccount", "--v=2"])

    def wait_until_ready(self):
        """Returns the seconds until /readyz says ok."""
        def is_ready():
            if self.process.process.poll() is not None:
                raise AssertionError("kube-apiserver has ended, see its log")
            try:
                return self.text("/readyz") == "ok"
            except Refused:
                return False  # some check is not done yet

        _, took = until(is_ready, 180, "kube-apiserver is ready")
        found = self.get("/version")
        self.version = (int(found["major"]), int(found["minor"].rstrip("+")))
        self.name = found["gitVersion"]
        return took

    def send(self, method, path, body=None, kind="application/json", timeout=60, patience=30):
        """One call on this thread's connection; the answer's bytes."""
        connection = getattr(self._local, "connection", None)
        if connection is None or connection.timeout != timeout:
            connection = self._local.connection = self.connect(timeout)
        try:
            connection.request(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body).encode(),
                               {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind, "Accept": "application/json"})
            answer = connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._local.connection = None
            raise ConnectionError(str(error)) from error
        if answer.status == 429 and patience > 0:  # the watch cache is not filled yet, right after a start
            time.sleep(1)
            return self.send(method, path, body, kind, timeout, patience - 1)
        if answer.status >= 300:
            raise Refused(answer.status, read)
        return read

    def connect(self, timeout):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=self._tls)

    def get(self, path, **more):
        return json.loads(self.send("GET", path, **more))

    def post(self, path, body, **more):
        return json.loads(self.send("POST", path, body, **more))

    def put(self, path, body, **more):
        return json.loads(self.send("PUT", path, body, **more))

    def patch(self, path, body, kind="application/merge-patch+json", **more):
        return json.loads(self.send("PATCH", path, body, kind, **more))

    def delete(self, path, body=None, **more):
        return json.loads(self.send("DELETE", path, body, **more))

    def text(self, path):
        return self.send("GET", path).decode()

    def watch(self, path, timeout=60):
        """Yields the events of a watch until the server ends it; a connection that breaks is a ConnectionError."""
        connection = self.connect(timeout)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"})
            answer = connection.getresponse()
            if answer.status >= 300:
                raise Refused(answer.status, answer.read())
            while line := answer.readline():
                yield json.loads(line)
        except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: half a line
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def metrics(self):
        """Samples of /metrics: name with labels, and value."""
        lines = (line for line in self.text("/metrics").splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def end(self, number=signal.SIGTERM, patience=5):
        """Ends it, by SIGKILL when it still waits for watches after some seconds: it has no state of its own."""
        self.process.process.send_signal(number)
        try:
            self.process.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.end(signal.SIGKILL)
