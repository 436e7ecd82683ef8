namespace MetaStore.LoadGen.Http2;

/// <summary>One call on one stream. Reused: the <see cref="ICallObserver"/> that receives it may start it again.</summary>
internal sealed class Call
{
    /// <summary>Stream of the running call.</summary>
    public int StreamId;

    /// <summary>When it was, or should have been, sent: a timestamp. Latency counts from here.</summary>
    public long IntendedAt;

    /// <summary>When it was put into the send buffer: a timestamp.</summary>
    public long StartedAt;

    /// <summary>Free for the caller.</summary>
    public int Tag;

    /// <summary>Bytes of the response's messages so far.</summary>
    public long ReceivedBytes;

    /// <summary>Set by a caller who wants to see the response's bytes.</summary>
    public IResponseBytes? Response;

    /// <summary>The request stream stays open: its end is never sent.</summary>
    internal bool StaysOpen;

    /// <summary>The running call of this connection that was started before this one; belongs to <see cref="StreamTable"/>.</summary>
    internal Call? Older;

    /// <summary>The one that was started after it.</summary>
    internal Call? Newer;

    /// <summary>Body bytes that the flow-control windows have held back.</summary>
    internal ReadOnlyMemory<byte> Unsent;

    /// <summary>What the server still accepts on this stream.</summary>
    internal long SendWindow;
}
