using MetaStore.Engines;
using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.Mvcc;

/// <summary>Builds the key index from the records of an engine: one walk in revision order, each record becomes the head of its key's chain.</summary>
internal static class KeyIndexLoader
{
    public static OrderedMap<KeyCell> Load(IReadView view, Lessor lessor, long revision)
    {
        var index = new OrderedMap<KeyCell>();
        using var cursor = view.Seek(Bucket.Revisions, default, default);
        while (cursor.MoveNext())
        {
            if (!RevisionKey.TryDecode(cursor.Key.Span, out var main, out var sub, out var tombstone) || main > revision)
            {
                throw new EngineException($"A key in the bucket of revisions is no revision up to {revision}.");
            }

            var record = KeyValueCodec.Decode(cursor.Value);
            if (record.Key.IsEmpty || tombstone != (record.Version == 0))
            {
                throw new EngineException($"The record of revision {main}/{sub} does not fit its key.");
            }

            ref var cell = ref index.Upsert(record.Key.Span, !tombstone, out var added);
            var version = new KeyVersion(main, sub, record.CreateRevision, record.Version, added ? null : cell.Newest);
            if (added)
            {
                cell = new KeyCell(version);
            }
            else
            {
                cell.Push(version);
            }

            lessor.Attach(record.Key.Span, LeaseOf(lessor, record));
        }

        return index;
    }

    /// <summary>Older records may still name leases that are gone; the newest record of a key never does.</summary>
    private static long LeaseOf(Lessor lessor, in KeyValue record) => record.Lease != 0 && lessor.Exists(record.Lease) ? record.Lease : 0;
}
