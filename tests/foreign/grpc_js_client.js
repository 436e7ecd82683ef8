// @grpc/grpc-js against the echo service of the gRPC layer's tests. Usage: node grpc_js_client.js host:port
'use strict';

const assert = require('assert');
const grpc = require('@grpc/grpc-js');
const { decodeReply, encodeRequest } = require('./wire.js');

const same = (bytes) => bytes;
const method = (name, requestStream, responseStream) => ({
  path: `/metastore.test.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
const Echo = grpc.makeGenericClientConstructor({
  unary: method('Unary', false, false),
  wait: method('Wait', false, false),
  nope: method('Nope', false, false),
  serverStream: method('ServerStream', false, true),
  duplex: method('Duplex', true, true),
}, 'Echo', {});

const options = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
const client = new Echo(process.argv[2], grpc.credentials.createInsecure(), options);
const gzip = new Echo(process.argv[2], grpc.credentials.createInsecure(), { ...options, 'grpc.default_compression_algorithm': 2 });

const unary = (name, request, metadata = new grpc.Metadata(), callOptions = {}, from = client) => new Promise((resolve, reject) => {
  const seen = {};
  const call = from[name](request, metadata, callOptions, (error, reply) => (error ? reject(error) : resolve({ ...decodeReply(reply), seen })));
  call.on('metadata', (m) => { seen.headers = m; });
  call.on('status', (s) => { seen.trailers = s.metadata; });
});

const fails = async (code, details, promise) => {
  const error = await promise.then(() => assert.fail('expected an error'), (e) => e);
  assert.strictEqual(error.code, code, error.message);
  if (details !== null) {
    assert.strictEqual(error.details, details);
  }
};

const collect = (call) => new Promise((resolve, reject) => {
  const replies = [];
  call.on('data', (reply) => replies.push(decodeReply(reply)));
  call.on('error', reject);
  call.on('end', () => resolve(replies));
});

async function main() {
  const metadata = new grpc.Metadata();
  metadata.set('x-text', 'some text');
  metadata.set('x-raw-bin', Buffer.from([0, 255, 128]));
  const { payload, seen } = await unary('unary', encodeRequest({ payload: Buffer.from('hi') }), metadata);
  assert.strictEqual(payload.toString(), 'hi');
  await new Promise(setImmediate);
  assert.deepStrictEqual(seen.headers.get('x-text'), ['some text']);
  assert.deepStrictEqual(seen.trailers.get('x-raw-bin'), [Buffer.from([0, 255, 128])]);

  const long = Buffer.alloc(100000, 'z');
  assert.deepStrictEqual((await unary('unary', encodeRequest({ payload: long }), new grpc.Metadata(), {}, gzip)).payload, long);

  await fails(9, 'nicht möglich: 100% 😀\n', unary('unary', encodeRequest({ code: 9, detail: 'nicht möglich: 100% 😀\n' })));
  await fails(8, 'grpc: received message larger than max (3000005 vs. 2097152)', unary('unary', encodeRequest({ payload: Buffer.alloc(3000000) })));
  await fails(12, 'unknown method Nope for service metastore.test.Echo', unary('nope', Buffer.alloc(0)));
  await fails(4, null, unary('wait', Buffer.alloc(0), new grpc.Metadata(), { deadline: Date.now() + 100 }));
  assert.strictEqual((await unary('unary', encodeRequest({ size: 10 << 20 }))).payload.length, 10 << 20);

  const indexes = (await collect(client.serverStream(encodeRequest({ repeat: 500 })))).map((reply) => reply.index);
  assert.deepStrictEqual(indexes, [...Array(500).keys()]);

  // Many streams at once on the one connection, all open before the first is closed.
  const calls = [...Array(150)].map(() => client.duplex());
  const firsts = calls.map((call) => new Promise((resolve) => { call.once('data', resolve); }));
  calls.forEach((call) => call.write(encodeRequest({ payload: Buffer.from('open') })));
  for (const first of await Promise.all(firsts)) {
    assert.strictEqual(decodeReply(first).payload.toString(), 'open');
  }
  await Promise.all(calls.map((call) => {
    const end = collect(call);
    call.end();
    return end;
  }));

  const waiting = new Promise((resolve) => {
    const call = client.wait(Buffer.alloc(0), resolve);
    setImmediate(() => call.cancel());
  });
  assert.strictEqual((await waiting).code, 1);
  client.close();
  gzip.close();
  console.log('all good');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
