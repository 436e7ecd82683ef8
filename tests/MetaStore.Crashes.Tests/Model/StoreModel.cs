using MetaStore.Crashes.Tests.Load;

namespace MetaStore.Crashes.Tests.Model;

/// <summary>The expected state of a store: all changes in order, from which the state at any revision, compaction and hash are computed.</summary>
internal sealed class StoreModel
{
    private readonly SortedDictionary<string, ModelRecord> _live = new(StringComparer.Ordinal);
    private List<ModelRecord> _records = [];

    /// <summary>The newest revision; a new store is at 1.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>The compacted revision; -1 before the first compaction.</summary>
    public long Compacted { get; private set; } = -1;

    /// <summary>Leases that exist.</summary>
    public HashSet<long> Leases { get; } = [];

    /// <summary>Current keys and values, in order.</summary>
    public IEnumerable<ModelRecord> Live => _live.Values;

    /// <summary>The changes of the next revision if this call took effect now; empty when it would change nothing.</summary>
    public IReadOnlyList<ModelRecord> Foresee(CrashCall call)
    {
        var changes = new List<ModelRecord>();
        switch (call)
        {
            case KvCall kv:
                foreach (var change in kv.Guard is null || !_live.ContainsKey(kv.Guard) ? kv.Then : kv.Else)
                {
                    Foresee(change, changes);
                }

                break;
            case RevokeCall revoke:
                foreach (var record in _live.Values.Where(record => record.Lease == revoke.Id))
                {
                    changes.Add(Tombstone(record.Key, changes.Count));
                }

                break;
        }

        return changes;
    }

    /// <summary>Applies the changes of the next revision.</summary>
    public void Take(IReadOnlyList<ModelRecord> changes)
    {
        Revision++;
        foreach (var change in changes)
        {
            _records.Add(change);
            if (change.IsTombstone)
            {
                _live.Remove(change.Key);
            }
            else
            {
                _live[change.Key] = change;
            }
        }
    }

    /// <summary>Compacts the history up to a revision.</summary>
    public void Compact(long revision)
    {
        if (revision <= Compacted)
        {
            return;
        }

        Compacted = revision;
        var newest = new Dictionary<string, ModelRecord>(StringComparer.Ordinal);
        foreach (var record in _records.Where(record => record.Main <= revision))
        {
            newest[record.Key] = record;
        }

        // The last change up to that revision stays: a put, or a tombstone of exactly that revision, which a watch from there must still see.
        _records = [.. _records.Where(record =>
            record.Main > revision || (newest[record.Key] == record && (!record.IsTombstone || record.Main == revision)))];
    }

    /// <summary>All records on disk after the compaction has run, in the store's order.</summary>
    public IReadOnlyList<ModelRecord> Stored => _records;

    /// <summary>HashKV at the current revision.</summary>
    public uint Hash() => ModelHash.Of(_records.Where(record =>
        record.Main > Compacted || (_live.TryGetValue(record.Key, out var live) && live == record)));

    /// <summary>Keys and values at a revision; not before <see cref="Compacted"/>.</summary>
    public IEnumerable<ModelRecord> At(long revision)
    {
        var then = new SortedDictionary<string, ModelRecord>(StringComparer.Ordinal);
        foreach (var record in _records.Where(record => record.Main <= revision))
        {
            then[record.Key] = record;
        }

        return then.Values.Where(record => !record.IsTombstone);
    }

    private void Foresee(Change change, List<ModelRecord> changes)
    {
        if (change.Value is { } value)
        {
            var old = _live.GetValueOrDefault(change.Key);
            changes.Add(new ModelRecord(
                Revision + 1, changes.Count, change.Key, value, old?.Create ?? Revision + 1, (old?.Version ?? 0) + 1, change.Lease, IsTombstone: false));
            return;
        }

        foreach (var key in _live.Keys.Where(key =>
            change.End is null ? key == change.Key : string.CompareOrdinal(key, change.Key) >= 0 && string.CompareOrdinal(key, change.End) < 0))
        {
            changes.Add(Tombstone(key, changes.Count));
        }
    }

    private ModelRecord Tombstone(string key, int sub) => new(Revision + 1, sub, key, "", 0, 0, 0, IsTombstone: true);
}
