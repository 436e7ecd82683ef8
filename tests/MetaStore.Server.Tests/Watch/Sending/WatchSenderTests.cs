using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Watch.Sending;

/// <summary>Sends a stream's queue, then its history; what is sent is given back to the budget only once the connection has taken it.</summary>
public sealed class WatchSenderTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly WatchHubFixture _hub = new(new WatchOptions { QueueBytes = 4096 });
    private readonly WatchStream _stream;
    private readonly CancellationTokenSource _stop = new();

    public WatchSenderTests() => _stream = _hub.Open();

    public void Dispose()
    {
        _stop.Dispose();
        _stream.Dispose();
        _hub.Dispose();
    }

    [Fact]
    public async Task Stream_WithoutWork_IsStarted_AndEndsWhenItIsCancelled()
    {
        var output = new RecordedResponses();
        Task sending = Send(output);
        Assert.True(output.HasStarted);
        Assert.False(sending.IsCompleted);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Limit));
        Assert.Equal(0, output.Flushes);
    }

    [Fact]
    public async Task GroupOfItems_IsFlushedOnce_AndItsBytesAreReleased()
    {
        var output = new RecordedResponses();
        for (int i = 0; i < 5; i++)
        {
            _stream.Create(WatchHubFixture.Request("a"));
        }

        Task sending = Send(output);
        await _stream.HasRoom.WaitAsync().AsTask().WaitAsync(Limit);
        Assert.Equal([0L, 1, 2, 3, 4], output.Messages.Select(message => message.WatchId));
        Assert.Equal((1, 0L), (output.Flushes, _hub.Dispatcher.Budget.Bytes));
        await EndAsync(sending);
    }

    [Fact]
    public async Task Bytes_AreHeldUntilTheConnectionTakesThem()
    {
        var taken = new TaskCompletionSource();
        var output = new RecordedResponses { Flush = _ => taken.Task };
        _stream.Create(WatchHubFixture.Request("a"));
        Task sending = Send(output);
        await Eventually.TrueAsync(() => output.Flushes == 1, Limit, () => "nothing is flushed");
        Assert.True(_hub.Dispatcher.Budget.Bytes > 0);
        taken.SetResult();
        await Eventually.TrueAsync(() => _hub.Dispatcher.Budget.Bytes == 0, Limit, () => "the bytes are still held");
        await EndAsync(sending);
    }

    [Fact]
    public async Task HistoryOfManyEvents_IsSentInOrder_ThenWhatIsNew()
    {
        for (int i = 0; i < 500; i++)
        {
            _hub.Put("a", $"{i}");
        }

        _stream.Create(WatchHubFixture.Request("a", start: 1));
        var output = new RecordedResponses();
        Task sending = Send(output);
        await Eventually.TrueAsync(() => _hub.Dispatcher.Unsynced == 0, Limit, () => "the watcher does not catch up");
        _hub.Put("a", "new");
        _hub.Deliver();
        await Eventually.TrueAsync(() => _hub.Dispatcher.Budget.Bytes == 0, Limit, () => "not all is sent");
        await EndAsync(sending);
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => $"{i}").Append("new"),
            output.Messages.SelectMany(message => message.Events).Select(change => change.Kv.Value.ToStringUtf8()));
    }

    /// <summary>A large message is flushed in parts of a quarter of a mebibyte, when the connection lets that happen.</summary>
    [Theory]
    [InlineData(true, 4, 8)]
    [InlineData(false, 1, 1)]
    public async Task LargeMessage_IsFlushedInParts(bool flushesParts, int least, int most)
    {
        var output = new RecordedResponses { FlushesParts = flushesParts };
        _stream.Create(WatchHubFixture.Request("k", "l"));
        WatchHubFixture.Take(_stream);
        WatchItem item = _hub.PutTogether(_stream, 20, 60_000);
        _stream.Queue.Add(item);
        Task sending = Send(output);
        await Eventually.TrueAsync(() => _hub.Dispatcher.Budget.Bytes == 0, Limit, () => "it is not sent");
        await EndAsync(sending);
        Assert.Equal(20, Assert.Single(output.Messages).Events.Count);
        Assert.InRange(output.Flushes, least, most);
    }

    [Fact]
    public async Task ClientThatHasGone_EndsTheSender()
    {
        _stream.Create(WatchHubFixture.Request("a"));
        Task sending = Send(new RecordedResponses { Flush = _ => Task.FromException(new RpcException(new Status(StatusCode.Cancelled, "gone"))) });
        Assert.Equal("gone", (await Assert.ThrowsAsync<RpcException>(() => sending.WaitAsync(Limit))).Status.Detail);
    }

    [Fact]
    public async Task Cancelled_WhileTheClientDoesNotRead_Ends()
    {
        _stream.Create(WatchHubFixture.Request("a"));
        var output = new RecordedResponses { FlushesParts = true, Flush = stop => Task.Delay(Timeout.Infinite, stop) };
        Task sending = Send(output);
        await Eventually.TrueAsync(() => output.Flushes == 1, Limit, () => "nothing is flushed");
        await EndAsync(sending);
    }

    private Task Send(RecordedResponses output) => new WatchSender(_hub.Dispatcher, _stream, output).RunAsync(_stop.Token);

    private async Task EndAsync(Task sending)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Limit));
    }
}
