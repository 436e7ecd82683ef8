using MetaStore.Protocol.Etcd;
using MetaStore.Client.Kv;
using MetaStore.Client.Transactions;
using Grpc.Core;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Keys, values and transactions on a real member.</summary>
[Collection(nameof(OneAtATime))]
public sealed class StoreTests(SingleNode node)
{
    private readonly MetaStoreClient _client = node.Client;

    [Fact]
    public async Task Put_Get_Delete()
    {
        Assert.Null(await _client.Kv.GetAsync("k"));
        await _client.Kv.PutAsync("k", new byte[] { 0, 255 });
        Assert.Equal(new byte[] { 0, 255 }, (await _client.Kv.GetAsync("k"))!.Value.ToByteArray());
        Assert.True(await _client.Kv.DeleteAsync("k"));
        Assert.False(await _client.Kv.DeleteAsync("k"));
    }

    [Fact]
    public async Task Scan_ReadsOneRevision_WhateverIsWrittenMeanwhile()
    {
        for (var i = 0; i < 25; i++)
        {
            await _client.Kv.PutAsync($"scan/{i:d2}", "old");
        }

        var seen = new List<string>();
        await foreach (var pair in _client.Kv.ScanAsync(KeyRange.Prefix("scan/"), new ScanOptions { PageSize = 10 }))
        {
            if (seen.Count == 0)
            {
                await _client.Kv.PutAsync("scan/05a", "new");
                await _client.Kv.PutAsync("scan/24", "new");
            }

            seen.Add(pair.Key.ToStringUtf8() + "=" + pair.Value.ToStringUtf8());
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"scan/{i:d2}=old"), seen);
        Assert.Equal(26, await _client.Kv.DeleteAsync(KeyRange.Prefix("scan/")));
    }

    [Fact]
    public async Task RangeStream_BringsTheWholeRangeInParts()
    {
        var value = new byte[100_000];
        for (var i = 0; i < 40; i++)
        {
            await _client.Kv.PutAsync($"stream/{i:d2}", value);
        }

        var range = KeyRange.Prefix("stream/");
        var parts = new List<RangeResponse>();
        await foreach (var part in _client.Kv.RangeStreamAsync(new RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd }))
        {
            parts.Add(part);
        }

        Assert.True(parts.Count > 2, $"{parts.Count} parts");
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"stream/{i:d2}"), parts.SelectMany(part => part.Kvs).Select(pair => pair.Key.ToStringUtf8()));
        Assert.Equal(40, parts[^1].Count);
        Assert.Equal(40, await _client.Kv.DeleteAsync(range));
    }

    [Fact]
    public async Task RangeStream_OfARevisionThatIsGone_SaysSo()
    {
        await _client.Kv.PutAsync("stream/gone", "1");
        var revision = (await _client.Kv.PutAsync("stream/gone", "2")).Header.Revision;
        await _client.Kv.CompactAsync(new CompactionRequest { Revision = revision });

        var reading = _client.Kv.RangeStreamAsync(new RangeRequest { Key = KeyRange.Single("stream/gone").Key, Revision = revision - 1 });

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await reading.GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(EtcdErrors.Compacted, refused.Status.Detail);
    }

    [Fact]
    public async Task Maintenance_HashesAndDowngradesAreAnswered()
    {
        Assert.Equal((await _client.Maintenance.HashAsync()).Hash, (await _client.Maintenance.HashAsync()).Hash);
        var refused = await Assert.ThrowsAsync<RpcException>(() => _client.Maintenance.DowngradeAsync(new DowngradeRequest { Version = "9.9.0" }));
        Assert.NotEqual(StatusCode.Unimplemented, refused.StatusCode);
    }

    [Fact]
    public async Task Transaction_TakesTheBranchItsConditionsSay()
    {
        var create = _client.Txn().When(Condition.Missing("once")).Then(Operation.Put("once", "1")).Else(Operation.Get("once"));

        Assert.True((await create.CommitAsync()).Succeeded);
        var second = await create.CommitAsync();

        Assert.False(second.Succeeded);
        Assert.Equal("1", second.Responses[0].ResponseRange.Kvs[0].Value.ToStringUtf8());
        Assert.True((await _client.Txn().When(Condition.Exists("once"), Condition.Value("once") == "1", Condition.Version("once") < 2).CommitAsync()).Succeeded);
    }
}
