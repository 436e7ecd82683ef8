using System.Buffers;
using System.IO.Pipelines;

namespace MetaStore.Server.Listening.Http2;

/// <summary>
/// Input of a connection whose first HEADERS frame is rewritten by <see cref="UrlAuthority"/>; everything after it passes unchanged. One frame is
/// enough: a client uses the same authority in all calls of a connection, and from the second on refers to the dynamic table entry that the first
/// has made.
/// </summary>
/// <param name="inner">The connection's input, at the start of the HTTP/2 preface.</param>
internal sealed class UrlAuthorityReader(PipeReader inner) : PipeReader
{
    private const int PrefaceBytes = 24;
    private const int FrameBytesMax = UrlAuthority.FrameHeaderBytes + UrlAuthority.PayloadBytesMax;

    private ReadOnlySequence<byte> _shown;
    private long _toNextFrame = PrefaceBytes;
    private bool _isOver;

    // The bytes read so far with the changed frame, until all of them are consumed.
    private byte[]? _changed;
    private bool _isExamined;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _isOver && _changed is null ? inner.ReadAsync(cancellationToken) : ReadFirstAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (_changed is { } changed && !_isExamined)
        {
            result = Show(new ReadOnlySequence<byte>(changed), default);
            return true;
        }

        return inner.TryRead(out result) && TryShow(result, out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_changed is null)
        {
            if (!_isOver)
            {
                _toNextFrame -= _shown.Slice(0, consumed).Length;
            }

            inner.AdvanceTo(consumed, examined);
            return;
        }

        var rest = _shown.Slice(consumed);
        _isExamined = _shown.Slice(examined).IsEmpty;
        _changed = rest.IsEmpty ? null : rest.ToArray();
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> ReadFirstAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_changed is { } changed && !_isExamined)
            {
                return Show(new ReadOnlySequence<byte>(changed), default);
            }

            var result = await inner.ReadAsync(cancellationToken);
            if (TryShow(result, out var shown))
            {
                return shown;
            }
        }
    }

    private bool TryShow(in ReadResult read, out ReadResult shown)
    {
        if (_changed is { } changed)
        {
            _changed = [.. changed, .. read.Buffer.ToArray()];
            inner.AdvanceTo(read.Buffer.End);
            shown = Show(new ReadOnlySequence<byte>(_changed), read);
            return true;
        }

        var known = _isOver ? read.Buffer.Length : Known(read.Buffer);
        if (_changed is not null)
        {
            inner.AdvanceTo(read.Buffer.End);
            shown = Show(new ReadOnlySequence<byte>(_changed), read);
            return true;
        }

        if (read.IsCompleted)
        {
            // What is incomplete now will stay so.
            _isOver = true;
            known = read.Buffer.Length;
        }

        if (known == 0 && !read.IsCompleted && !read.IsCanceled)
        {
            inner.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            shown = default;
            return false;
        }

        shown = Show(read.Buffer.Slice(0, known), read);
        return true;
    }

    private ReadResult Show(in ReadOnlySequence<byte> buffer, in ReadResult read)
    {
        _shown = buffer;
        return new ReadResult(buffer, read.IsCanceled, read.IsCompleted);
    }

    /// <summary>How much may be shown: everything up to an incomplete HEADERS frame. Changes the frame when necessary.</summary>
    private long Known(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[UrlAuthority.FrameHeaderBytes];
        while (buffer.Length >= _toNextFrame + header.Length)
        {
            buffer.Slice(_toNextFrame, header.Length).CopyTo(header);
            long length = header.Length + ((header[0] << 16) | (header[1] << 8) | header[2]);
            if (header[3] != UrlAuthority.HeadersFrame)
            {
                _toNextFrame += length;
            }
            else if (length <= FrameBytesMax && buffer.Length < _toNextFrame + length)
            {
                return _toNextFrame;
            }
            else
            {
                _isOver = true;
                if (length <= FrameBytesMax && UrlAuthority.Without(buffer.Slice(_toNextFrame, length).ToArray()) is { } frame)
                {
                    _changed = [.. buffer.Slice(0, _toNextFrame).ToArray(), .. frame, .. buffer.Slice(_toNextFrame + length).ToArray()];
                }

                return buffer.Length;
            }
        }

        // A frame's payload may still be arriving; a frame header is shown only once its type is known.
        return Math.Min(buffer.Length, _toNextFrame);
    }
}
