using System.IO.Pipelines;
using Grpc.Core;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>Bodies that are ended by <see cref="UnreadCalls"/> while their clients end them too.</summary>
public sealed class AwaitedBodyTests
{
    /// <summary>One call fits; the next one ends it.</summary>
    private readonly UnreadCalls _calls = new(UnreadCalls.CallBytes * 3 / 2);
    private readonly ClientConnection _connection =
        new(new DefaultConnectionContext(), new ConnectionLimit(10), new ListenerLog(NullLogger.Instance));

    /// <summary>Kestrel throws at a cancellation once the client has reset the call, until the reader of the call has seen it.</summary>
    [Fact]
    public async Task End_OfACallThatItsClientHasReset_DoesNotTouchOthers()
    {
        var reset = new ResettableBody();
        Task first = ReadAsync(reset);
        reset.Reset();

        var other = new ResettableBody();
        Task second = ReadAsync(other);
        Assert.Equal(1, _calls.Ended);
        Assert.Equal(UnreadCalls.CallBytes, _calls.Bytes);

        reset.Fail();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => first);
        other.Fail();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => second);
        Assert.Equal(0, _calls.Bytes);
    }

    [Fact]
    public async Task Sweep_OverACallThatItsClientHasReset_EndsIt()
    {
        var reset = new ResettableBody();
        Task read = ReadAsync(reset);
        reset.Reset();

        _calls.EndSlow(Environment.TickCount64 + 60_000);

        Assert.Equal((1, 0), (_calls.Ended, _calls.Bytes));
        reset.Fail();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => read);
    }

    [Fact]
    public async Task End_OfACall_ThatWaits_GivesItsReason()
    {
        Task first = ReadAsync(new ResettableBody());
        var other = new ResettableBody();
        Task second = ReadAsync(other);

        RpcException ended = await Assert.ThrowsAsync<RpcException>(() => first);
        Assert.Equal((StatusCode.ResourceExhausted, "etcdserver: too many requests"), (ended.StatusCode, ended.Status.Detail));
        other.Fail();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => second);
        Assert.Equal(0, _calls.Bytes);
    }

    private Task ReadAsync(PipeReader inner) => new AwaitedBody(_calls, _connection).Begin(inner, isOneMessage: true).ReadAsync().AsTask();

    /// <summary>As Kestrel's body of a request: after a reset its methods throw.</summary>
    private sealed class ResettableBody : PipeReader
    {
        private readonly Pipe _pipe = new(new PipeOptions(readerScheduler: PipeScheduler.Inline));
        private bool _isReset;

        public void Reset() => _isReset = true;

        public void Fail() => _pipe.Writer.Complete(new ConnectionAbortedException("reset"));

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => _pipe.Reader.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => _pipe.Reader.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => _pipe.Reader.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _pipe.Reader.AdvanceTo(consumed, examined);

        public override void CancelPendingRead()
        {
            if (_isReset)
            {
                throw new TaskCanceledException();
            }

            _pipe.Reader.CancelPendingRead();
        }

        public override void Complete(Exception? exception = null) => _pipe.Reader.Complete(exception);
    }
}
