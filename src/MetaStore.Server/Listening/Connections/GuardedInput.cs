using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace MetaStore.Server.Listening.Connections;

/// <summary>
/// Input of an HTTP/2 connection with a check of the nine-byte frame headers: useless frames are charged to <see cref="FrameAllowance"/>, calls
/// beyond the share of <see cref="CallIntake"/> wait. Nothing is copied or changed; input that is not HTTP/2 is left for Kestrel to reject.
/// </summary>
/// <param name="inner">The connection's input, at the start of the HTTP/2 preface.</param>
/// <param name="allowance">Allowance of this connection.</param>
/// <param name="intake">Intake of this connection.</param>
/// <param name="onFlood">Called once when the allowance is used up.</param>
internal sealed class GuardedInput(PipeReader inner, FrameAllowance allowance, CallIntake intake, Action onFlood) : PipeReader
{
    private const int PrefaceBytes = 24;
    private const int FrameHeaderBytes = 9;
    private const int WindowUpdateBytes = FrameHeaderBytes + sizeof(uint);
    private const byte Headers = 1;
    private const byte WindowUpdate = 8;

    private ReadOnlySequence<byte> _shown;
    private SequencePosition _end;

    // Offset from the first byte that is not consumed.
    private long _nextFrame = PrefaceBytes;
    private bool _isPartHidden;
    private bool _isFlood;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (intake.IsFull)
            {
                await intake.WaitAsync();
            }

            var pending = inner.ReadAsync(cancellationToken);
            var read = pending.IsCompletedSuccessfully ? pending.Result : await pending;
            if (TryShow(read, out var shown))
            {
                return shown;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return !intake.IsFull && inner.TryRead(out var read) && TryShow(read, out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _nextFrame -= _shown.GetOffset(consumed) - _shown.GetOffset(_shown.Start);

        // After an incomplete frame header more input is needed; after a call beyond the share the rest has arrived already.
        inner.AdvanceTo(consumed, _isPartHidden && _shown.GetOffset(examined) == _shown.GetOffset(_shown.End) ? _end : examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private bool TryShow(in ReadResult read, out ReadResult shown)
    {
        var known = _isFlood ? 0 : Look(read.Buffer);
        if (_isFlood)
        {
            throw new ConnectionAbortedException("the client sent too many useless frames");
        }

        _isPartHidden &= !read.IsCompleted;
        if (known == read.Buffer.Length || (read.IsCompleted && read.Buffer.Length - known < FrameHeaderBytes))
        {
            shown = read;
        }
        else if (known == 0 && _isPartHidden && !read.IsCanceled)
        {
            inner.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            shown = default;
            return false;
        }
        else
        {
            shown = new ReadResult(read.Buffer.Slice(0, known), read.IsCanceled, isCompleted: false);
        }

        (_shown, _end) = (shown.Buffer, read.Buffer.End);
        return true;
    }

    /// <summary>Scans the frames that start in the new input.</summary>
    /// <returns>How much may be shown: everything, or up to the call beyond the share, or up to an incomplete frame header.</returns>
    private long Look(in ReadOnlySequence<byte> buffer)
    {
        _isPartHidden = false;
        if (buffer.Length <= _nextFrame)
        {
            return buffer.Length;
        }

        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        Span<byte> windowUpdate = stackalloc byte[WindowUpdateBytes];
        var frames = new SequenceReader<byte>(buffer);
        frames.Advance(_nextFrame);
        while (frames.TryCopyTo(header))
        {
            var length = (header[0] << 16) | (header[1] << 8) | header[2];
            bool isAllowed;
            if (header[3] == WindowUpdate && length == sizeof(uint) && BinaryPrimitives.ReadInt32BigEndian(header[5..]) != 0)
            {
                if (!frames.TryCopyTo(windowUpdate))
                {
                    break;
                }

                isAllowed = allowance.SpendWindowUpdate(BinaryPrimitives.ReadUInt32BigEndian(windowUpdate[FrameHeaderBytes..]));
            }
            else
            {
                if (header[3] == Headers)
                {
                    if (intake.IsFull && _nextFrame > 0)
                    {
                        return _nextFrame;
                    }

                    intake.OnArrived();
                }

                isAllowed = allowance.Spend(header[3], header[4], length);
            }

            if (!isAllowed)
            {
                _isFlood = true;
                onFlood();
                return 0;
            }

            _nextFrame += FrameHeaderBytes + length;
            if (frames.Remaining <= FrameHeaderBytes + length)
            {
                return buffer.Length;
            }

            frames.Advance(FrameHeaderBytes + length);
        }

        _isPartHidden = true;
        return _nextFrame;
    }
}
