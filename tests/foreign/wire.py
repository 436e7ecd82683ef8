"""The two messages of echo.proto by hand: generated Python code would need a protoc plug-in that is not always there."""


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode_request(payload=b"", repeat=0, code=0, detail="", size=0):
    out = b""
    for number, value in ((1, payload), (4, detail.encode())):
        if value:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    for number, value in ((2, repeat), (3, code), (5, size)):
        if value:
            out += varint(number << 3) + varint(value)
    return out


def decode_reply(data):
    payload, index, at = b"", 0, 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = read()
        if tag == 0x0A:
            length = read()
            payload = data[at:at + length]
            at += length
        elif tag == 0x10:
            index = read()
        else:
            raise ValueError("unexpected tag %d" % tag)
    return payload, index
