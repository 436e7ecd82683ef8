// npm's etcd3 as a user over TLS. Usage: node secured_etcd3.js ENDPOINTS CA [CERTIFICATE KEY]
'use strict';

const assert = require('assert');
const { once } = require('events');
const fs = require('fs');
const { Etcd3, EtcdAuthenticationFailedError, EtcdPermissionDeniedError, GRPCUnavailableError } = require('etcd3');

const [endpoints, authority, certificate, key] = process.argv.slice(2);
const KEY = 'app/etcd3';
const hosts = endpoints.split(',');
const rootCertificate = fs.readFileSync(authority);
const pair = certificate ? { certChain: fs.readFileSync(certificate), privateKey: fs.readFileSync(key) } : {};
const as = (password, credentials) => new Etcd3({ hosts, credentials, auth: { username: 'app', password } });

const fails = async (type, text, promise) => {
  const error = await promise.then(() => assert.fail(`expected ${text}`), (e) => e);
  assert.ok(error instanceof type, String(error));
  assert.ok(error.message.includes(text), error.message);
};

async function main() {
  const client = as('app-password', { rootCertificate, ...pair });
  await client.put(KEY).value('one');
  assert.strictEqual(await client.get(KEY), 'one');
  const swap = await client.if(KEY, 'Value', '==', 'one').then(client.put(KEY).value('two')).commit();
  assert.strictEqual(swap.succeeded, true);

  const watcher = await client.watch().key(KEY).create();
  const event = once(watcher, 'put');
  await client.put(KEY).value('three');
  assert.strictEqual((await event)[0].value.toString(), 'three');
  await watcher.cancel();

  const lease = client.lease(60, { autoKeepAlive: false });
  await lease.put(KEY).value('four');
  assert.strictEqual((await lease.keepaliveOnce()).TTL, '60');
  assert.strictEqual((await client.delete().key(KEY)).deleted, '1');
  await lease.revoke();

  await fails(EtcdPermissionDeniedError, 'PERMISSION_DENIED: etcdserver: permission denied', client.get('other/key').string());
  await fails(EtcdAuthenticationFailedError, 'INVALID_ARGUMENT: etcdserver: authentication failed, invalid user ID or password',
    as('wrong', { rootCertificate, ...pair }).get(KEY).string());
  await fails(GRPCUnavailableError, 'No connection established', as('app-password').get(KEY).string());
  if (certificate) {
    await fails(GRPCUnavailableError, '', as('app-password', { rootCertificate }).get(KEY).string());
  }
  client.close();
  console.log('all good');
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
