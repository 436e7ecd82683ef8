using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Listening.Connections;

/// <summary>A request body, registered with <see cref="UnreadCalls"/> while it holds bytes of an incomplete message, or while nothing has arrived.</summary>
/// <remarks>Belongs to one call and is reused with it. A stream that waits for its next message holds nothing and is not registered.</remarks>
internal sealed class AwaitedBody : PipeReader
{
    private readonly UnreadCalls _calls;
    private PipeReader _inner = null!;
    private ReadOnlySequence<byte> _shown;
    private long _arrived;
    private bool _isOneMessage;

    public AwaitedBody(UnreadCalls calls, ClientConnection connection)
    {
        _calls = calls;
        Connection = connection;
        Node = new LinkedListNode<AwaitedBody>(this);
    }

    public ClientConnection Connection { get; }

    /// <summary>Its node in the connection's list; used by <see cref="UnreadCalls"/>.</summary>
    public LinkedListNode<AwaitedBody> Node { get; }

    /// <summary>Bytes currently charged for it; used by <see cref="UnreadCalls"/>.</summary>
    public long Charged { get; set; }

    /// <summary>Cost of the wait: the call itself and the bytes it holds.</summary>
    public long Cost => UnreadCalls.CallBytes + Held;

    /// <summary>When the wait for its message began, in ticks of <see cref="Environment.TickCount64"/>; 0 when there is no time limit.</summary>
    public long Since { get; private set; }

    /// <summary>Bytes of the body that have arrived since <see cref="Since"/>.</summary>
    public long Arrived => _arrived;

    private long Held { get; set; }

    /// <summary>Why the wait was ended.</summary>
    private Status Ended { get; set; }

    /// <summary>Starts reading another body.</summary>
    /// <param name="inner">Kestrel's reader.</param>
    /// <param name="isOneMessage">The call has one request message, to which the time limit applies; messages of a stream may come later.</param>
    public PipeReader Begin(PipeReader inner, bool isOneMessage)
    {
        _inner = inner;
        _isOneMessage = isOneMessage;
        _shown = default;
        _arrived = 0;
        Held = 0;
        Ended = default;
        Since = 0;
        return this;
    }

    /// <summary>Ends the wait, which fails with <paramref name="why"/> or with the end that the client has given the call before.</summary>
    public void EndWait(Status why)
    {
        Ended = why;
        try
        {
            _inner.CancelPendingRead();
        }
        catch (Exception)
        {
            // Kestrel throws the reason of the client's reset or of the connection's end here, until the read below has failed with it as well.
            // This is the thread of another call, or of the sweep, which it must not end.
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var pending = _inner.ReadAsync(cancellationToken);
        if (pending.IsCompletedSuccessfully)
        {
            return new ValueTask<ReadResult>(Keep(pending.Result));
        }

        return Held > 0 || _arrived == 0 ? WaitKnownAsync(pending) : WaitAsync(pending);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!_inner.TryRead(out result))
        {
            return false;
        }

        Keep(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var before = _shown.Length;
        Held = before == 0 ? 0 : _shown.Slice(consumed).Length;
        if (Held < before)
        {
            // The time limit of the next message starts again.
            Since = 0;
        }

        _shown = default;
        _inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> pending) => Keep(await pending);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitKnownAsync(ValueTask<ReadResult> pending)
    {
        if (Since == 0 && (Held > 0 || _isOneMessage))
        {
            Since = Environment.TickCount64;
        }

        ReadResult result;
        try
        {
            _calls.Enter(this);
            result = await pending;
        }
        finally
        {
            _calls.Leave(this);
        }

        if (!Ended.IsOK())
        {
            _inner.AdvanceTo(result.Buffer.End);
            throw new RpcException(Ended);
        }

        return Keep(result);
    }

    private ReadResult Keep(in ReadResult result)
    {
        _shown = result.Buffer;
        _arrived += _shown.Length - Held;
        return result;
    }
}
