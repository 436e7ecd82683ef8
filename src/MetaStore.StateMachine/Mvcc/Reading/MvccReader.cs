using MetaStore.StateMachine.Auth;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Entry point for reads: any thread, no lock, never waits for the apply thread.</summary>
public sealed class MvccReader
{
    private readonly MvccStore _store;

    internal MvccReader(MvccStore store)
    {
        _store = store;
    }

    /// <summary>Store revision that a read would see now; 1 for an empty store.</summary>
    public long Revision => _store.Published.Revision;

    /// <summary>Lowest readable revision; -1 before the first compaction.</summary>
    public long CompactedRevision => _store.Published.Compacted;

    /// <summary>Last log entry that a read would see now.</summary>
    public ulong AppliedIndex => _store.Published.AppliedIndex;

    /// <summary>Users, roles and tokens that a read would be judged by now.</summary>
    public AuthState Auth => _store.Published.Auth;

    /// <summary>Keys that exist at <see cref="Revision"/>.</summary>
    public int KeyCount => _store.Published.Index.LiveCount;

    /// <summary>What this member has executed since its start.</summary>
    public MvccCounts Counts => _store.Counts;

    /// <summary>Opens a read of the newest published state. Dispose it.</summary>
    public ReadTxn OpenRead() => _store.OpenRead();
}
