using MetaStore.Client.Kv;
using MetaStore.Client.Transactions;

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
