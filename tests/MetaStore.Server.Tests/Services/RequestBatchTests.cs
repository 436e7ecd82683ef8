using System.Threading.Channels;
using Grpc.Core;
using MetaStore.Server.Services;

namespace MetaStore.Server.Tests.Services;

public sealed class RequestBatchTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ChannelStream _stream = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Batch_IsWhatHasArrived_InOrder()
    {
        await using RequestBatch<string> batch = new(_stream, max: 10, _stop);
        _stream.Arrive("a", "b", "c");
        Assert.True(await batch.NextAsync());
        Assert.Equal(["a", "b", "c"], batch.Requests);

        ValueTask<bool> next = batch.NextAsync();
        Assert.False(next.IsCompleted);
        _stream.Arrive("d");
        Assert.True(await next);
        Assert.Equal("d", batch.Requests[0]);
    }

    [Fact]
    public async Task MoreThanTheMost_IsLeftForTheNextBatch()
    {
        await using RequestBatch<string> batch = new(_stream, max: 2, _stop);
        _stream.Arrive("a", "b", "c");
        _stream.End();
        Assert.True(await batch.NextAsync());
        Assert.Equal(["a", "b"], batch.Requests);
        Assert.True(await batch.NextAsync());
        Assert.Equal(["c"], batch.Requests);
        Assert.False(await batch.NextAsync());
    }

    [Fact]
    public async Task ErrorAfterABatch_FollowsIt()
    {
        await using RequestBatch<string> batch = new(_stream, max: 10, _stop);
        _stream.Arrive("a");
        _stream.End(new RpcException(new Status(StatusCode.Cancelled, "gone")));
        Assert.True(await batch.NextAsync());
        Assert.Equal(["a"], batch.Requests);
        await Assert.ThrowsAsync<RpcException>(async () => await batch.NextAsync());
    }

    [Fact]
    public async Task Disposed_LeavesNoPendingRead()
    {
        RequestBatch<string> batch = new(_stream, max: 10, _stop);
        _stream.Arrive("a");
        Assert.True(await batch.NextAsync());
        Assert.Equal(1, _stream.Reading);
        await batch.DisposeAsync();
        Assert.Equal(0, _stream.Reading);
    }

    /// <summary>Requests that arrive when the test adds them.</summary>
    private sealed class ChannelStream : IAsyncStreamReader<string>
    {
        private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();
        private int _reading;

        /// <summary>Number of pending reads.</summary>
        public int Reading => Volatile.Read(ref _reading);

        public void Arrive(params string[] requests) => Assert.All(requests, request => Assert.True(_requests.Writer.TryWrite(request)));

        public void End(Exception? reason = null) => _requests.Writer.Complete(reason);

        public string Current { get; private set; } = "";

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reading);
            try
            {
                Current = await _requests.Reader.ReadAsync(cancellationToken);
                return true;
            }
            catch (ChannelClosedException closed)
            {
                return closed.InnerException is { } reason ? throw reason : false;
            }
            finally
            {
                Interlocked.Decrement(ref _reading);
            }
        }
    }
}
