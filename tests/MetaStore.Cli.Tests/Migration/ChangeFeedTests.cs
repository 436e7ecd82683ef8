using Google.Protobuf;
using MetaStore.Cli.Migration;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Migration;

public sealed class ChangeFeedTests(FakeMember member) : IClassFixture<FakeMember>
{
    private readonly FakeMember _member = member.Clear().On<TxnRequest>("Txn", _ => new TxnResponse());

    [Fact]
    public async Task Changes_AreApplied_AndCountOnlyWhenTheTargetHasThem()
    {
        using var isWritten = new ManualResetEventSlim();
        _member.On<TxnRequest>("Txn", _ =>
        {
            isWritten.Wait();
            return new TxnResponse();
        });
        _member.On<WatchRequest>("Watch", _ => new object[] { new WatchResponse { Created = true, Header = FakeMember.Header }, Changes(Put("a", 6), Delete("b", 7)) });
        using var client = _member.Client();
        using var end = new CancellationTokenSource();
        var feed = new ChangeFeed(client, Writer(client));
        var running = feed.RunAsync(5, end.Token);
        await Eventually.TrueAsync(() => _member.Calls.Contains("Txn"), TimeSpan.FromSeconds(20), () => "nothing is written");
        Assert.Equal(5, feed.Applied);
        isWritten.Set();
        await Eventually.TrueAsync(() => feed.Applied == 7, TimeSpan.FromSeconds(20), () => "it is not applied");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var operations = Assert.Single(_member.Requests<TxnRequest>("Txn")).Success;
        Assert.Equal(("a", "b"), (operations[0].RequestPut.Key.ToStringUtf8(), operations[1].RequestDeleteRange.Key.ToStringUtf8()));
        Assert.Equal(6, Assert.Single(_member.Requests<WatchRequest>("Watch")).CreateRequest.StartRevision);
    }

    [Fact]
    public async Task Compacted_EndsTheFeed()
    {
        _member.On<WatchRequest>("Watch", _ => new WatchResponse { Canceled = true, CompactRevision = 8, Header = FakeMember.Header });
        using var client = _member.Client();
        Assert.Equal(8, (await Assert.ThrowsAsync<WatchCompactedException>(() => new ChangeFeed(client, Writer(client)).RunAsync(5, CancellationToken.None))).CompactRevision);
    }

    private static TargetWriter Writer(MetaStoreClient client) => new(client, new TargetLeases(client, client, TimeProvider.System));

    private static WatchResponse Changes(params Event[] changes) => new() { Header = FakeMember.Header, Events = { changes } };

    private static Event Put(string key, long revision) => new() { Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key), ModRevision = revision } };

    private static Event Delete(string key, long revision) => new() { Type = Event.Types.EventType.Delete, Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key), ModRevision = revision } };
}
