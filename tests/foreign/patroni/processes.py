"""The programs of the exercise: etcd, MetaStore and Patroni with PostgreSQL, all on loopback."""
import json
import os
import pwd
import signal
import socket
import subprocess
import time
import urllib.request

TTL, LOOP_WAIT, RETRY_TIMEOUT = 20, 5, 5


def free_port():
    """A port below the range of outgoing connections that nothing listens on."""
    for port in range(12000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            if port not in free_port.given and probe.connect_ex(("127.0.0.1", port)) != 0:
                free_port.given.add(port)
                return port
    raise RuntimeError("no free port")


free_port.given = set()


def until(condition, seconds, what):
    """Polls a condition; returns its first true value and how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if value := condition():
                return value, time.monotonic() - began
        except (OSError, ValueError):
            pass  # not up yet
        time.sleep(0.1)
    raise TimeoutError(f"{what}: not within {seconds} s")


class Program:
    """A process of its own session, with its output in a file."""

    def __init__(self, folder, name, arguments, user=None):
        self.log = os.path.join(folder, name + ".log")
        self._folder, self._arguments, self._user = folder, arguments, user
        self.start()

    def start(self):
        """Starts it, again after it has ended."""
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(self._arguments, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True,
                                            user=self._user and self._user.pw_uid, group=self._user and self._user.pw_gid, cwd=self._folder,
                                            env={**os.environ, "PATH": "/usr/bin:/bin"})

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(60)


class Store:
    """A cluster of etcd or MetaStore: both take the same flags."""

    def __init__(self, folder, kind, program, size, more=(), prepare=None):
        """Starts the members. What is given as prepare gets a member's name, directory and peers as flags before it starts, for a restore."""
        self.ports = [free_port() for _ in range(size)]
        peers = [free_port() for _ in range(size)]
        members = ",".join(f"{kind}{i}=http://127.0.0.1:{peer}" for i, peer in enumerate(peers))
        self.members = []
        for i, port in enumerate(self.ports):
            own = ["--name", f"{kind}{i}", "--data-dir", os.path.join(folder, f"{kind}{i}"), "--initial-advertise-peer-urls", f"http://127.0.0.1:{peers[i]}",
                   "--initial-cluster", members, "--initial-cluster-token", f"moved-{kind}"]
            if prepare is not None:
                prepare(own)
            self.members.append(Program(folder, f"{kind}{i}", [
                program, *own, "--listen-client-urls", f"http://127.0.0.1:{port}", "--advertise-client-urls", f"http://127.0.0.1:{port}",
                "--listen-peer-urls", f"http://127.0.0.1:{peers[i]}", *more]))

    @property
    def endpoints(self):
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def is_healthy(self):
        for port in self.ports:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if "true" not in answer.read().decode():
                    return False
        return True

    def end(self):
        for member in self.members:
            member.end(signal.SIGKILL)

    def call(self, path, body, member=0):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[member]}/v3/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)


class Member:
    """A Patroni daemon and the PostgreSQL server that it runs."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.port, self.api = free_port(), free_port()
        self.data = os.path.join(folder, name)
        self.configuration = os.path.join(folder, name + ".yml")
        self.daemon = None

    def configure(self, hosts, is_proxy):
        """Writes the configuration file; a running daemon does not read the addresses of the store again."""
        access = ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
        parameters = {"max_connections": 20, "shared_buffers": "16MB", "unix_socket_directories": self.folder}
        settings = {
            "scope": "moved", "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.api}", "connect_address": f"127.0.0.1:{self.api}"},
            "etcd3": {"hosts": hosts, "use_proxies": is_proxy},
            "bootstrap": {
                "dcs": {"ttl": TTL, "loop_wait": LOOP_WAIT, "retry_timeout": RETRY_TIMEOUT, "synchronous_mode": True,
                        "postgresql": {"use_pg_rewind": True, "parameters": {"wal_keep_size": "64MB"}}},
                "initdb": ["data-checksums", {"encoding": "UTF8"}]},
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}", "connect_address": f"127.0.0.1:{self.port}", "data_dir": self.data, "bin_dir": "/usr/lib/postgresql/15/bin",
                "pgpass": os.path.join(self.folder, self.name + ".pgpass"), "parameters": parameters, "pg_hba": access,
                "authentication": {"superuser": {"username": "postgres"}, "replication": {"username": "postgres"}, "rewind": {"username": "postgres"}}}}
        with open(self.configuration, "w", encoding="utf-8") as file:
            json.dump(settings, file, indent=1)  # JSON is YAML
        os.chmod(self.configuration, 0o644)

    def start(self):
        self.daemon = Program(self.folder, self.name, ["/usr/bin/python3", "/usr/bin/patroni", self.configuration], user=pwd.getpwnam("postgres"))

    def status(self):
        """What Patroni says about its server: role, timeline, state."""
        return self._get("patroni")

    def cluster(self):
        """What Patroni reads from the store about all servers."""
        return self._get("cluster")

    def _get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/{path}", timeout=3) as answer:
            return json.load(answer)

    def postmaster(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
            return int(file.readline())

    def kill(self):
        """kill -9 of the daemon, then of the server and its children, as when a machine goes down."""
        server = self.postmaster()
        self.daemon.end(signal.SIGKILL)
        children = subprocess.run(["pgrep", "-P", str(server)], capture_output=True, text=True, check=False).stdout.split()
        for process in [server, *map(int, children)]:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass  # a child that ended by itself

    def end(self):
        """Ends daemon and server."""
        if self.daemon is not None:
            self.daemon.end()
        subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "/usr/lib/postgresql/15/bin/pg_ctl", "-D", self.data, "-m", "immediate", "stop"],
                       capture_output=True, check=False)  # fails when it does not run any more, which is what is wanted
