// A console program with MetaStore.Client: keys, a transaction, a range, a watch.
// usage: ConsoleClient [ENDPOINTS], such as 127.0.0.1:2379,127.0.0.1:22379
using MetaStore.Client;
using MetaStore.Client.Transactions;

using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(args is [var endpoints] ? endpoints : "127.0.0.1:2379"));

var put = await client.Kv.PutAsync("samples/console/greeting", "hello");
Console.WriteLine($"put at revision {put.Header.Revision}");

var found = await client.Kv.GetAsync("samples/console/greeting");
Console.WriteLine($"get: {found!.Value.ToStringUtf8()}");

// Compare and swap: succeeds only if the key is still as it was read.
var swap = await client.Txn()
    .When(Condition.ModRevision("samples/console/greeting") == found.ModRevision)
    .Then(Operation.Put("samples/console/greeting", "hello again"))
    .CommitAsync();
Console.WriteLine($"swap: {swap.Succeeded}");

await client.Kv.PutAsync("samples/console/name", "world");
await foreach (var pair in client.Kv.ScanAsync(KeyRange.Prefix("samples/console/")))
{
    Console.WriteLine($"{pair.Key.ToStringUtf8()} = {pair.Value.ToStringUtf8()}");
}

// What has changed since the first put, and what changes from now on.
await foreach (var change in client.Watch.ChangesAsync(KeyRange.Prefix("samples/console/"), fromRevision: put.Header.Revision))
{
    Console.WriteLine($"{change.Type} {change.Kv.Key.ToStringUtf8()} at revision {change.Kv.ModRevision}");
    if (change.Kv.Key.ToStringUtf8() == "samples/console/name")
    {
        break;
    }
}
