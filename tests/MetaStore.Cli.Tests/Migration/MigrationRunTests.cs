using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Migration;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Tests.Fakes;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;
using MetaStore.Testing;

namespace MetaStore.Cli.Tests.Migration;

/// <summary>A run between two fakes with a fake clock: the source has the key "a" at revision 9 and reports no changes.</summary>
public sealed class MigrationRunTests : IAsyncLifetime
{
    private static readonly KeyValue Pair = new() { Key = ByteString.CopyFromUtf8("a"), Value = ByteString.CopyFromUtf8("1"), ModRevision = 9 };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeMember _source = new();
    private readonly FakeMember _target = new();
    private readonly MemoryStream _output = new();
    private readonly List<KeyValue> _stored = [];

    public async Task InitializeAsync()
    {
        await _source.InitializeAsync();
        await _target.InitializeAsync();
        _source.On<RangeRequest>("Range", _ => new RangeResponse { Header = FakeMember.Header, Kvs = { Pair }, Count = 1 });
        _source.On<WatchRequest>("Watch", _ => new WatchResponse { Created = true, Header = FakeMember.Header });
        _target.On<RangeRequest>("Range", _ => new RangeResponse { Header = FakeMember.Header, Kvs = { _stored }, Count = _stored.Count });
        _target.On<TxnRequest>("Txn", request =>
        {
            _stored.AddRange(request.Success.Select(operation => new KeyValue { Key = operation.RequestPut.Key, Value = operation.RequestPut.Value }));
            return new TxnResponse();
        });
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task CutOver_CopiesVerifiesAndEnds()
    {
        await RunAsync(resume: false, cutOver: true);
        Assert.Equal(
            "cut-over: the target has all 1 keys of revision 9, verified; point the clients to the target now\n", System.Text.Encoding.UTF8.GetString(_output.ToArray()));
        Assert.Equal(Pair.Key, Assert.Single(_stored).Key);
        Assert.Equal(10, Assert.Single(_source.Requests<WatchRequest>("Watch")).CreateRequest.StartRevision);
    }

    [Fact]
    public async Task TargetWithKeys_IsRefused_WithoutResume()
    {
        _stored.Add(Pair);
        var failure = await Assert.ThrowsAsync<InputException>(() => RunAsync(resume: false, cutOver: true));
        Assert.StartsWith("the target has 1 keys. If they are from an earlier run, add --resume", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_source.Calls);
    }

    [Fact]
    public async Task Resume_WritesOnlyWhatDiffers()
    {
        _stored.Add(Pair);
        await RunAsync(resume: true, cutOver: true);
        Assert.Empty(_target.Requests<TxnRequest>("Txn"));
    }

    [Fact]
    public async Task TargetThatSomethingElseWrites_IsNamed()
    {
        _target.On<TxnRequest>("Txn", _ => new TxnResponse());
        var failure = await Assert.ThrowsAsync<InputException>(() => RunAsync(resume: false, cutOver: true));
        Assert.StartsWith("1 keys differ, the first is \"a\": something else writes to the target.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceThatCompactedTheChanges_SaysHowToGoOn()
    {
        _source.On<WatchRequest>("Watch", _ => new WatchResponse { Canceled = true, CompactRevision = 20, Header = FakeMember.Header });
        var failure = await Assert.ThrowsAsync<InputException>(() => RunAsync(resume: false, cutOver: false));
        Assert.StartsWith("the source compacted changes that were not copied yet; run the same command with --resume", failure.Message, StringComparison.Ordinal);
    }

    private async Task RunAsync(bool resume, bool cutOver)
    {
        Terminal.Replace(TerminalStreams.Of(Stream.Null, _output, Stream.Null));
        using MetaStoreClient source = _source.Client(), target = _target.Client();
        var run = new MigrationRun(source, target, _time).RunAsync(resume, cutOver, CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return run.IsCompleted;
            },
            TimeSpan.FromSeconds(30),
            () => "the run does not end");
        await run;
    }
}
