using System.IO.Pipelines;

namespace MetaStore.Server.Listening.Pings;

/// <summary>Counts what is sent to a client; after too many pings, GOAWAY is the last frame.</summary>
/// <remarks>Kestrel flushes at frame ends, so the frame can be inserted before a flush. Thread: as for the inner writer, one at a time.</remarks>
internal sealed class GoAwayWriter(PipeWriter inner, ConnectionPings pings) : PipeWriter
{
    private byte[]? _scratch;

    private bool HasSaidGoodbye => _scratch is not null;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        if (!HasSaidGoodbye)
        {
            pings.OnSent(bytes);
            inner.Advance(bytes);
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => HasSaidGoodbye ? Scratch(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => HasSaidGoodbye ? Scratch(sizeHint) : inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (HasSaidGoodbye)
        {
            return ValueTask.FromResult(default(FlushResult));
        }

        if (pings.IsOver)
        {
            var goAway = pings.GoAway();
            goAway.CopyTo(inner.GetSpan(goAway.Length));
            inner.Advance(goAway.Length);
            _scratch = [];
        }

        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <summary>Memory for bytes that are no longer sent.</summary>
    private byte[] Scratch(int sizeHint)
    {
        if (_scratch!.Length < Math.Max(sizeHint, 1))
        {
            _scratch = new byte[Math.Max(sizeHint, 4096)];
        }

        return _scratch;
    }
}
