namespace MetaStore.Raft;

/// <summary>Committed entries handed out and not yet reported as applied; limits how far apply may lag.</summary>
internal sealed class ApplyWindow(long maxEntries, long maxBytes)
{
    private readonly Queue<(ulong LastIndex, long Entries, long Bytes)> _batches = [];
    private long _entries;
    private long _bytes;

    /// <summary>True when no more entries may be handed out for now.</summary>
    public bool IsFull => _entries >= maxEntries || _bytes >= maxBytes;

    /// <summary>How many more entries may be handed out.</summary>
    public ulong EntriesLeft => (ulong)Math.Max(0, maxEntries - _entries);

    /// <summary>How many more bytes may be handed out; the last entry may exceed it.</summary>
    public long BytesLeft => Math.Max(0, maxBytes - _bytes);

    public void Add(ulong lastIndex, long entries, long bytes)
    {
        _batches.Enqueue((lastIndex, entries, bytes));
        _entries += entries;
        _bytes += bytes;
    }

    public void FreeTo(ulong applied)
    {
        while (_batches.TryPeek(out var oldest) && oldest.LastIndex <= applied)
        {
            _batches.Dequeue();
            _entries -= oldest.Entries;
            _bytes -= oldest.Bytes;
        }
    }
}
