using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using MetaStore.Server.Listening.Http2;

namespace MetaStore.Server.Listening.Pings;

/// <summary>Input of a connection with a check of the frame headers; all bytes pass unchanged.</summary>
/// <param name="inner">The connection's input, at the start of the HTTP/2 preface.</param>
/// <param name="pings">Notified of PING and HEADERS frames. Once it is over, the input looks as if the client had closed it.</param>
internal sealed class PingCountingReader(PipeReader inner, ConnectionPings pings) : PipeReader
{
    private const int PrefaceBytes = 24;
    private const byte PingFrame = 6;
    private const byte AckFlag = 1;
    private const int TypeAt = 3;
    private const int FlagsAt = 4;
    private const int StreamAt = 5;

    private ReadOnlySequence<byte> _shown;

    // Offset of the next frame header from the first byte that is not consumed.
    private long _nextHeader = PrefaceBytes;
    private bool _showedEnd;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (pings.IsOver)
        {
            return ValueTask.FromResult(End());
        }

        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.FromResult(Look(read.Result)) : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (pings.IsOver)
        {
            result = End();
            return true;
        }

        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Look(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_showedEnd)
        {
            _nextHeader -= _shown.Slice(0, consumed).Length;
            inner.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Look(await read);

    private ReadResult End()
    {
        _showedEnd = true;
        return new ReadResult(default, isCanceled: false, isCompleted: true);
    }

    private ReadResult Look(in ReadResult read)
    {
        _shown = read.Buffer;
        Span<byte> header = stackalloc byte[UrlAuthority.FrameHeaderBytes];
        while (_nextHeader + header.Length <= _shown.Length)
        {
            _shown.Slice(_nextHeader, header.Length).CopyTo(header);
            if (header[TypeAt] == PingFrame && (header[FlagsAt] & AckFlag) == 0)
            {
                pings.OnPing();
            }
            else if (header[TypeAt] == UrlAuthority.HeadersFrame)
            {
                pings.OnStream(BinaryPrimitives.ReadInt32BigEndian(header[StreamAt..]) & int.MaxValue);
            }

            _nextHeader += header.Length + ((header[0] << 16) | (header[1] << 8) | header[2]);
        }

        return read;
    }
}
