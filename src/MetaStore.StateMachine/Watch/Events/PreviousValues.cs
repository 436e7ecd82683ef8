using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Watch.Events;

/// <summary>Looks up the pair before a change. Opens a read at the first lookup.</summary>
internal sealed class PreviousValues(MvccReader reader) : IDisposable
{
    private ReadTxn? _read;

    /// <summary>The encoded pair; null when the key was created, and when compaction has removed it.</summary>
    public byte[]? Before(in WatchEvent change)
    {
        if (change.IsCreation)
        {
            return null;
        }

        _read ??= reader.OpenRead();
        return _read.TryGetAt(change.Key, change.Revision - 1, out var before) ? before.Encoded.ToArray() : null;
    }

    public void Dispose()
    {
        _read?.Dispose();
        _read = null;
    }
}
