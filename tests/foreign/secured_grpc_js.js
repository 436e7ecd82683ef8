// @grpc/grpc-js as a user over TLS. Usage: node secured_grpc_js.js ENDPOINTS CA [CERTIFICATE KEY]
'use strict';

const assert = require('assert');
const { once } = require('events');
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [endpoints, authority, certificate, key] = process.argv.slice(2);
const definition = loader.loadSync(['auth', 'kv', 'lease', 'watch'].map((file) => `etcd/${file}.proto`), {
  includeDirs: [path.join(__dirname, '..', '..', 'proto')],
  keepCase: true,
  longs: String,
  defaults: true,
});
const { Auth, KV, Lease, Watch } = grpc.loadPackageDefinition(definition).etcdserverpb;
const KEY = Buffer.from('app/grpc-js');
const OTHER = Buffer.from('other/key');
const members = endpoints.replaceAll('https://', '').split(',');
const first = members[0];
const last = members[members.length - 1];
const deadline = () => ({ deadline: Date.now() + 20000 });

const call = (client, name, request, metadata = new grpc.Metadata()) => new Promise((resolve, reject) => {
  client[name](request, metadata, deadline(), (error, reply) => (error ? reject(error) : resolve(reply)));
});

const fails = async (code, details, promise) => {
  const error = await promise.then(() => assert.fail(`expected ${details}`), (e) => e);
  assert.strictEqual(error.code, code, error.message);
  assert.match(error.details, details);
};

async function main() {
  const read = (file) => file && fs.readFileSync(file);
  const credentials = grpc.credentials.createSsl(read(authority), read(key), read(certificate));
  const auth = new Auth(first, credentials);
  const kv = new KV(last, credentials);
  const lease = new Lease(last, credentials);
  const token = new grpc.Metadata();
  token.set('token', (await call(auth, 'authenticate', { name: 'app', password: 'app-password' })).token);
  const put = (value, more) => call(kv, 'put', { key: KEY, value: Buffer.from(value), ...more }, token);

  await put('one');
  assert.strictEqual((await call(kv, 'range', { key: KEY }, token)).kvs[0].value.toString(), 'one');
  const swap = {
    compare: [{ key: KEY, target: 'VALUE', value: Buffer.from('one') }],
    success: [{ request_put: { key: KEY, value: Buffer.from('two') } }],
  };
  assert.strictEqual((await call(kv, 'txn', swap, token)).succeeded, true);

  const watch = new Watch(last, credentials).watch(token, deadline());
  watch.write({ create_request: { key: KEY } });
  assert.strictEqual((await once(watch, 'data'))[0].created, true);
  const event = once(watch, 'data');
  await put('three');
  assert.strictEqual((await event)[0].events[0].kv.value.toString(), 'three');
  watch.on('error', (error) => assert.strictEqual(error.code, grpc.status.CANCELLED));
  watch.cancel();

  const { ID } = await call(lease, 'leaseGrant', { TTL: 60 }, token);
  await put('four', { lease: ID });
  const renewal = lease.leaseKeepAlive(token, deadline());
  renewal.write({ ID });
  assert.strictEqual((await once(renewal, 'data'))[0].TTL, '60');
  renewal.end();
  assert.strictEqual((await call(kv, 'deleteRange', { key: KEY }, token)).deleted, '1');

  await fails(grpc.status.PERMISSION_DENIED, /^etcdserver: permission denied$/, call(kv, 'range', { key: OTHER }, token));
  await fails(grpc.status.INVALID_ARGUMENT, /^etcdserver: authentication failed, invalid user ID or password$/,
    call(auth, 'authenticate', { name: 'app', password: 'wrong' }));
  await fails(grpc.status.UNAVAILABLE, /^No connection established/, call(new KV(last, grpc.credentials.createSsl()), 'range', { key: KEY }));
  if (certificate) {
    await fails(grpc.status.UNAVAILABLE, /.*/, call(new KV(last, grpc.credentials.createSsl(read(authority))), 'range', { key: KEY }));
  }
  console.log('all good');
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
