using System.IO.Pipelines;
using System.Net;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Tests.Calls.Echoing;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>The accept loop: connections beyond the limit are closed before they cost anything, and a closed one gives its place back once.</summary>
public sealed class LimitedListenerTests : IConnectionListener
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Queue<ConnectionContext?> _arriving = new();
    private readonly LogSink _log = new();
    private readonly ConnectionLimit _limit = new(2);
    private readonly LimitedListener _listener;
    private bool _isUnbound;

    public LimitedListenerTests() => _listener = new LimitedListener(this, _limit, new ListenerLog(_log));

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 5);

    [Fact]
    public async Task BeyondTheLimit_IsAbortedAndDisposed_AndTheNextOneAccepted()
    {
        await using LimitedListener listener = _listener;
        Arriving[] arriving = [.. Enumerable.Range(0, 5).Select(_ => new Arriving())];
        Array.ForEach(arriving, _arriving.Enqueue);
        ConnectionContext first = await AcceptAsync(), second = await AcceptAsync();
        Assert.Equal((2, 0L), (_limit.Open, _limit.Refused));
        _arriving.Enqueue(null);
        Assert.Null(await _listener.AcceptAsync().AsTask().WaitAsync(Limit));
        Assert.Equal((2, 3L), (_limit.Open, _limit.Refused));
        Assert.Equal([0, 0, 1, 1, 1], arriving.Select(connection => connection.Aborts));
        Assert.Equal([0, 0, 1, 1, 1], arriving.Select(connection => connection.Disposals));
        Assert.Contains("2 client connections are already open; 1 were rejected", Assert.Single(_log.Lines), StringComparison.Ordinal);

        await first.DisposeAsync();
        _arriving.Enqueue(new Arriving());
        await using ConnectionContext third = await AcceptAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Connection_ThatIsDisposedTwice_GivesBackOnePlace()
    {
        await using LimitedListener listener = _listener;
        var inner = new Arriving();
        _arriving.Enqueue(inner);
        ConnectionContext accepted = await AcceptAsync();
        accepted.ConnectionId = "7";
        Assert.Equal(("7", inner.RemoteEndPoint), (inner.ConnectionId, accepted.RemoteEndPoint));
        accepted.Abort(new ConnectionAbortedException("why"));
        Assert.Equal((1, 1), (inner.Aborts, _limit.Open));
        await accepted.DisposeAsync();
        await accepted.DisposeAsync();
        Assert.Equal((1, 0), (inner.Disposals, _limit.Open));
    }

    [Fact]
    public async Task Connection_ThatCannotBeDisposed_GivesBackItsPlaceNevertheless()
    {
        await using LimitedListener listener = _listener;
        _arriving.Enqueue(new Arriving { DisposesWith = new IOException("bad descriptor") });
        ConnectionContext accepted = await AcceptAsync();
        await Assert.ThrowsAsync<IOException>(async () => await accepted.DisposeAsync());
        Assert.Equal(0, _limit.Open);
    }

    [Fact]
    public async Task Unbind_IsPassedOn_AndAnAcceptAfterItGetsNone()
    {
        await using LimitedListener listener = _listener;
        await _listener.UnbindAsync();
        Assert.True(_isUnbound);
        _arriving.Enqueue(null);
        Assert.Null(await _listener.AcceptAsync().AsTask().WaitAsync(Limit));
        Assert.Same(EndPoint, _listener.EndPoint);
    }

    [Fact]
    public async Task SpareDescriptor_IsHeldBeforeEachAccept_AndNotWaitedForAfterTheEnd()
    {
        var spare = new SpareDescriptor();
        int waits = 0;
        await spare.WaitUntilHeldAsync(Timeout.InfiniteTimeSpan, () => waits++, CancellationToken.None).AsTask().WaitAsync(Limit);
        spare.Dispose();
        await spare.WaitUntilHeldAsync(Timeout.InfiniteTimeSpan, () => waits++, CancellationToken.None).AsTask().WaitAsync(Limit);
        spare.Dispose();
        Assert.Equal(0, waits);
    }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_arriving.Dequeue());

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _isUnbound = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<ConnectionContext> AcceptAsync() => (await _listener.AcceptAsync().AsTask().WaitAsync(Limit))!;

    private sealed class Arriving : DefaultConnectionContext
    {
        public Arriving()
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1234);
            var pipe = new Pipe();
            Transport = new Duplex(pipe.Reader, pipe.Writer);
        }

        public Exception? DisposesWith { get; init; }

        public int Aborts { get; private set; }

        public int Disposals { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => Aborts++;

        public override async ValueTask DisposeAsync()
        {
            Disposals++;
            await base.DisposeAsync();
            if (DisposesWith is { } failure)
            {
                throw failure;
            }
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
