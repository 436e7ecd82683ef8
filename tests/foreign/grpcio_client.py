"""grpcio (C core) against the echo service of the gRPC layer's tests. Usage: grpcio_client.py host:port"""
import sys
import threading

import grpc

from wire import decode_reply, encode_request

SERVICE = "/metastore.test.Echo/"


def identity(data):
    return data


def main(target):
    channel = grpc.insecure_channel(target, options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)])

    def method(kind, name):
        return getattr(channel, kind)(SERVICE + name, request_serializer=identity, response_deserializer=identity)

    unary = method("unary_unary", "Unary")
    reply, call = unary.with_call(encode_request(payload=b"hi"), metadata=(("x-text", "some text"), ("x-raw-bin", b"\x00\xff\x80")))
    assert decode_reply(reply) == (b"hi", 0), reply
    assert ("x-text", "some text") in call.initial_metadata(), call.initial_metadata()
    assert ("x-raw-bin", b"\x00\xff\x80") in call.trailing_metadata(), call.trailing_metadata()

    assert decode_reply(unary(encode_request(payload=b"z" * 100_000), compression=grpc.Compression.Gzip))[0] == b"z" * 100_000

    def fails(code, detail, action):
        try:
            action()
        except grpc.RpcError as error:
            assert error.code() == code, (error.code(), error.details())
            assert detail is None or error.details() == detail, error.details()
        else:
            raise AssertionError("expected %s" % code)

    fails(grpc.StatusCode.FAILED_PRECONDITION, "nicht möglich: 100% 😀\n", lambda: unary(encode_request(code=9, detail="nicht möglich: 100% 😀\n")))
    fails(grpc.StatusCode.RESOURCE_EXHAUSTED, "grpc: received message larger than max (3000005 vs. 2097152)",
          lambda: unary(encode_request(payload=b"x" * 3_000_000)))
    fails(grpc.StatusCode.UNIMPLEMENTED, "unknown method Nope for service metastore.test.Echo", lambda: method("unary_unary", "Nope")(b""))
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, None, lambda: method("unary_unary", "Wait")(b"", timeout=0.1))

    assert len(decode_reply(unary(encode_request(size=10 << 20)))[0]) == 10 << 20

    replies = [decode_reply(r)[1] for r in method("unary_stream", "ServerStream")(encode_request(repeat=500))]
    assert replies == list(range(500)), len(replies)

    replies = [decode_reply(r)[0] for r in method("stream_stream", "Duplex")(encode_request(payload=b"%d" % i) for i in range(100))]
    assert replies == [b"%d" % i for i in range(100)]

    waiting = method("unary_unary", "Wait").future(b"")
    waiting.cancel()
    assert waiting.cancelled() and waiting.code() == grpc.StatusCode.CANCELLED

    # Many streams at once on the one connection, all open before the first is answered.
    release = threading.Event()

    def one():
        yield encode_request(payload=b"open")
        release.wait(30)

    calls = [method("stream_stream", "Duplex")(one()) for _ in range(150)]
    for call in calls:
        assert decode_reply(next(call))[0] == b"open"
    release.set()
    for call in calls:
        assert list(call) == []
    channel.close()
    print("all good")


if __name__ == "__main__":
    main(sys.argv[1])
