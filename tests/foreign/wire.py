"""The two messages of echo.proto by their fields' numbers: generated Python code would need a protoc plug-in that is not always there."""
from protobuf import decode, encode


def encode_request(payload=b"", repeat=0, code=0, detail="", size=0):
    given = ((1, payload), (2, repeat), (3, code), (4, detail.encode()), (5, size))
    return encode(*(field for field in given if field[1]))


def decode_reply(data):
    return decode(data, 1) or b"", decode(data, 2)
