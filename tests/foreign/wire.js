// The two messages of echo.proto by hand, so that no code generator is needed.
'use strict';

function varint(value) {
  const out = [];
  while (value > 0x7f) {
    out.push((value & 0x7f) | 0x80);
    value >>>= 7;
  }
  out.push(value);
  return Buffer.from(out);
}

function encodeRequest({ payload = Buffer.alloc(0), repeat = 0, code = 0, detail = '', size = 0 }) {
  const parts = [];
  for (const [number, value] of [[1, payload], [4, Buffer.from(detail)]]) {
    if (value.length > 0) {
      parts.push(varint((number << 3) | 2), varint(value.length), value);
    }
  }
  for (const [number, value] of [[2, repeat], [3, code], [5, size]]) {
    if (value > 0) {
      parts.push(varint(number << 3), varint(value));
    }
  }
  return Buffer.concat(parts);
}

function decodeReply(data) {
  const reply = { payload: Buffer.alloc(0), index: 0 };
  let at = 0;
  const read = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  };
  while (at < data.length) {
    const tag = read();
    if (tag === 0x0a) {
      const length = read();
      reply.payload = Buffer.from(data.subarray(at, at + length));
      at += length;
    } else if (tag === 0x10) {
      reply.index = read();
    } else {
      throw new Error(`unexpected tag ${tag}`);
    }
  }
  return reply;
}

module.exports = { decodeReply, encodeRequest };
