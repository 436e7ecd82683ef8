namespace MetaStore.StateMachine.Mvcc;

/// <summary>Operations this member has executed since its start, including those inside transactions; for metrics.</summary>
/// <remarks>Writes are counted by the apply thread with plain additions, reads by any thread. Readable by any thread.</remarks>
public sealed class MvccCounts
{
    private long _puts;
    private long _deletes;
    private long _transactions;
    private long _ranges;
    private long _putBytes;
    private long _compacted;
    private int _openReads;

    /// <summary>Keys set.</summary>
    public long Puts => Volatile.Read(ref _puts);

    /// <summary>Deletes of a key or a range, whether or not they found any.</summary>
    public long Deletes => Volatile.Read(ref _deletes);

    /// <summary>Transactions.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Ranges, each page of a streamed one.</summary>
    public long Ranges => Volatile.Read(ref _ranges);

    /// <summary>Bytes of keys and values set.</summary>
    public long PutBytes => Volatile.Read(ref _putBytes);

    /// <summary>Records that compaction has deleted.</summary>
    public long Compacted => Volatile.Read(ref _compacted);

    /// <summary>Reads that are open now.</summary>
    public int OpenReads => Volatile.Read(ref _openReads);

    internal void Put(int bytes)
    {
        Volatile.Write(ref _puts, _puts + 1);
        Volatile.Write(ref _putBytes, _putBytes + bytes);
    }

    internal void Compact() => Volatile.Write(ref _compacted, _compacted + 1);

    internal void OpenRead() => Interlocked.Increment(ref _openReads);

    internal void CloseRead() => Interlocked.Decrement(ref _openReads);

    internal void Delete() => Volatile.Write(ref _deletes, _deletes + 1);

    internal void Transaction() => Interlocked.Increment(ref _transactions);

    internal void Range() => Interlocked.Increment(ref _ranges);
}
