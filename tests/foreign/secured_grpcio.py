"""grpcio (C core) as a user over TLS. Usage: secured_grpcio.py ENDPOINTS CA [CERTIFICATE KEY]"""
import queue
import re
import sys

import grpc

from protobuf import decode, encode

KEY = b"app/grpcio"
TIMEOUT = 20


def read(path):
    with open(path, "rb") as file:
        return file.read()


def method(channel, kind, name):
    return getattr(channel, kind)("/etcdserverpb." + name, request_serializer=bytes, response_deserializer=bytes)


class Connection:
    """Calls over one channel, with a token once there is one."""

    def __init__(self, endpoint, credentials):
        self.channel = grpc.secure_channel(endpoint.replace("https://", ""), credentials)
        self.metadata = ()

    def call(self, name, *fields):
        return method(self.channel, "unary_unary", name)(encode(*fields), timeout=TIMEOUT, metadata=self.metadata)

    def stream(self, name, requests):
        """Requests are taken from a queue."""
        return method(self.channel, "stream_stream", name)(iter(requests.get, None), timeout=TIMEOUT, metadata=self.metadata)


def fails(code, details, call, *arguments):
    try:
        call(*arguments)
    except grpc.RpcError as error:
        assert error.code() == code and re.fullmatch(details, error.details(), re.DOTALL), (error.code(), error.details())
    else:
        raise AssertionError("expected %s" % details)


def main(endpoints, authority, *pair):
    first, last = endpoints.split(",")[0], endpoints.split(",")[-1]
    certificate, key = map(read, pair) if pair else (None, None)
    credentials = grpc.ssl_channel_credentials(read(authority), key, certificate)
    login, member = Connection(first, credentials), Connection(last, credentials)
    token = decode(login.call("Auth/Authenticate", (1, b"app"), (2, b"app-password")), 2)
    member.metadata = (("token", token.decode()),)

    member.call("KV/Put", (1, KEY), (2, b"one"))
    assert decode(member.call("KV/Range", (1, KEY)), 2, 5) == b"one"
    is_one = encode((2, 3), (3, KEY), (7, b"one"))
    put_two = encode((2, encode((1, KEY), (2, b"two"))))
    assert decode(member.call("KV/Txn", (1, is_one), (2, put_two)), 2) == 1

    requests = queue.SimpleQueue()
    watch = member.stream("Watch/Watch", requests)
    requests.put(encode((1, encode((1, KEY)))))
    assert decode(next(watch), 3) == 1, "created"
    member.call("KV/Put", (1, KEY), (2, b"three"))
    assert decode(next(watch), 11, 2, 5) == b"three"
    watch.cancel()
    requests.put(None)

    lease = decode(member.call("Lease/LeaseGrant", (1, 60)), 2)
    member.call("KV/Put", (1, KEY), (2, b"four"), (3, lease))
    renewals = queue.SimpleQueue()
    renewals.put(encode((1, lease)))
    renewals.put(None)
    assert [decode(answer, 3) for answer in member.stream("Lease/LeaseKeepAlive", renewals)] == [60]
    assert decode(member.call("KV/DeleteRange", (1, KEY)), 2) == 1

    fails(grpc.StatusCode.PERMISSION_DENIED, "etcdserver: permission denied", member.call, "KV/Range", (1, b"other/key"))
    fails(grpc.StatusCode.INVALID_ARGUMENT, "etcdserver: authentication failed, invalid user ID or password",
          login.call, "Auth/Authenticate", (1, b"app"), (2, b"wrong"))
    fails(grpc.StatusCode.UNAVAILABLE, ".*Ssl handshake failed.*", Connection(last, grpc.ssl_channel_credentials()).call, "KV/Range", (1, KEY))
    if pair:
        bare = Connection(last, grpc.ssl_channel_credentials(read(authority)))
        fails(grpc.StatusCode.UNAVAILABLE, ".*", bare.call, "KV/Range", (1, KEY))
    print("all good")


if __name__ == "__main__":
    main(*sys.argv[1:])
