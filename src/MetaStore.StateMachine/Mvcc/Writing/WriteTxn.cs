using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>The changes of one command: they share one revision, which exists only if there is at least one of them.</summary>
/// <remarks>Reads through it see its own writes. Thread: apply. Reused: <see cref="Begin"/> starts the next one.</remarks>
internal sealed class WriteTxn(MvccStore store) : IRecordSource
{
    private readonly List<byte[]> _doomed = [];
    private int _sub;

    public OrderedMapSnapshot<KeyCell> Index => store.Index.Working;

    public long Revision => _sub > 0 ? store.Revision + 1 : store.Revision;

    public long Compacted => store.Compacted;

    public MvccCounts Counts => store.Counts;

    public bool CopiesRecords => true;

    public bool TryRecord(KeyVersion version, out KeyValue record) => store.TryRecord(version, out record);

    public void Begin() => _sub = 0;

    /// <summary>Adds the changes to the state; returns the store revision after them.</summary>
    public long Finish()
    {
        store.Revision = Revision;
        _sub = 0;
        return store.Revision;
    }

    /// <summary>The live change of a key; null when the key does not exist.</summary>
    public KeyVersion? Find(ReadOnlySpan<byte> key)
        => store.Index.TryGet(key, out var cell) && cell.Newest is { IsTombstone: false } newest ? newest : null;

    /// <summary>Sets a key. The lease exists or is 0.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long lease)
    {
        store.Counts.Put(key.Length + value.Length);
        var main = store.Revision + 1;
        var (create, version) = (main, 1L);
        if (store.Index.TryGet(key, out var cell) && cell.TryGetLive(out var created, out var before))
        {
            // The key stays alive: counts do not change, so neither does the index.
            (create, version) = (created, before + 1);
            cell.Push(main, _sub, isTombstone: false, store.Changes);
        }
        else
        {
            Push(ref store.Index.Upsert(key, live: true, out var added), added, create, version);
        }

        store.Add(main, _sub, isDelete: false, KeyValueCodec.Encode(key, create, main, version, value, lease));
        store.Lessor.Attach(key, lease);
        _sub++;
    }

    /// <summary>Deletes every live key of a range in key order; returns how many there were.</summary>
    public int Delete(KeyRange range)
    {
        store.Counts.Delete();
        if (range.IsSingle)
        {
            return Find(range.From) is null ? 0 : DeleteOne(range.From);
        }

        var cursor = Index.Seek(range.From, range.To);
        while (cursor.MoveNext())
        {
            if (cursor.IsLive)
            {
                _doomed.Add(cursor.Key);
            }
        }

        foreach (var key in _doomed)
        {
            DeleteOne(key);
        }

        var count = _doomed.Count;
        _doomed.Clear();
        return count;
    }

    private int DeleteOne(ReadOnlySpan<byte> key)
    {
        var main = store.Revision + 1;
        Push(ref store.Index.Upsert(key, live: false, out var added), added, create: 0, version: 0);
        store.Add(main, _sub, isDelete: true, KeyValueCodec.EncodeTombstone(key));
        store.Lessor.Attach(key, 0);
        _sub++;
        return 1;
    }

    private void Push(ref KeyCell cell, bool added, long create, long version)
    {
        if (added)
        {
            cell = new KeyCell(new KeyVersion(store.Revision + 1, _sub, create, version));
        }
        else
        {
            cell.Push(store.Revision + 1, _sub, isTombstone: version == 0, store.Changes);
        }
    }
}
