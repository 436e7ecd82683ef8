namespace MetaStore.Raft;

/// <summary>Bytes of committed entries handed out and not yet reported as applied; limits how far apply may lag.</summary>
internal sealed class ApplyWindow(long maxBytes)
{
    private readonly Queue<(ulong LastIndex, long Bytes)> _batches = [];
    private long _bytes;

    /// <summary>True when no more entries may be handed out for now.</summary>
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
