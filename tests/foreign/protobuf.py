"""Messages of protobuf as numbered fields, without generated code."""


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode(*fields):
    """Of pairs of a number and a value: an integer, or bytes, which a nested message is too."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def decode(data, *path):
    """The value at the end of a path of field numbers; of a repeated field the last element. 0 where there is none."""
    for number in path:
        data = fields(data).get(number, 0) if data else 0
    return data


def fields(data):
    found, at = {}, 0

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
        number, kind = divmod(read(), 8)
        if kind == 0:
            found[number] = read()
        elif kind == 2:
            length = read()
            found[number] = data[at:at + length]
            at += length
        else:
            raise ValueError("unexpected wire type %d" % kind)
    return found
