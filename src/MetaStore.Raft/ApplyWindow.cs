namespace MetaStore.Raft;

/// <summary>Bytes of committed entries that were given out and not reported as applied, so that a slow state machine is not flooded.</summary>
internal sealed class ApplyWindow(long maxBytes)
{
    private readonly Queue<(ulong LastIndex, long Bytes)> _batches = [];
    private long _bytes;

    /// <summary>True when nothing more shall be given out for the moment.</summary>
    public bool IsFull => _bytes >= maxBytes;

    public void Add(ulong lastIndex, long bytes)
    {
        _batches.Enqueue((lastIndex, bytes));
        _bytes += bytes;
    }

    public void FreeTo(ulong applied)
    {
        while (_batches.TryPeek(out var oldest) && oldest.LastIndex <= applied)
        {
            _batches.Dequeue();
            _bytes -= oldest.Bytes;
        }
    }
}
