using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Listening.Connections;

/// <summary>A request's body, known to <see cref="UnreadCalls"/> as long as it keeps bytes of a message that is not whole, or nothing of it has come.</summary>
/// <remarks>Belongs to one call and is used again with it. A stream that waits for its next message holds nothing and is not known there.</remarks>
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

    /// <summary>Its place in the connection's list; of <see cref="UnreadCalls"/>.</summary>
    public LinkedListNode<AwaitedBody> Node { get; }

    /// <summary>Bytes it is charged with at the moment; of <see cref="UnreadCalls"/>.</summary>
    public long Charged { get; set; }

    /// <summary>Why the wait was ended; of <see cref="UnreadCalls"/>.</summary>
    public Status Ended { get; set; }

    /// <summary>What the wait costs: the call itself and the bytes it keeps.</summary>
    public long Cost => UnreadCalls.CallBytes + Held;

    /// <summary>When its message began to be awaited, in ticks of <see cref="Environment.TickCount64"/>; 0 when it may take any time.</summary>
    public long Since { get; private set; }

    /// <summary>Bytes of the body that have arrived since <see cref="Since"/>.</summary>
    public long Arrived => _arrived;

    private long Held { get; set; }

    /// <summary>Starts with another body.</summary>
    /// <param name="inner">Kestrel's reader.</param>
    /// <param name="isOneMessage">The call has one request message, which therefore must come within the time limit; that of a stream may come later.</param>
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
            // The next message has all the time again.
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

        _calls.Enter(this);
        ReadResult result;
        try
        {
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
