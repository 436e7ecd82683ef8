using System.Buffers.Binary;
using MetaStore.Engines;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.Mvcc;

/// <summary>Removes records that a compaction made unreadable, in small steps between groups of entries.</summary>
/// <remarks>
/// Walks the key index once per compaction. Of each key the newest change at or below the compacted revision stays if it is a put, or if it
/// is a tombstone exactly at that revision (a watch from there must still see the delete); older ones are removed, oldest first: after a
/// crash in the middle a tombstone still covers the remaining records of its key, and the next pass removes the rest. The position of a
/// pass
/// is kept in memory only; a restart starts it again. Thread: apply, with nothing unpublished.
/// </remarks>
internal sealed class Compactor(MvccStore store)
{
    private readonly Stack<KeyVersion> _doomed = new();
    private byte[] _next = [];
    private long _target = -1;

    /// <summary>True while the engine may still hold records that a compaction made unreadable.</summary>
    public bool HasWork => store.CompactionDone < store.Published.Compacted;

    /// <summary>Visits and removes about <paramref name="budget"/> changes; true when more is left.</summary>
    public bool Step(int budget)
    {
        if (!store.IsClean)
        {
            throw new InvalidOperationException("Compaction steps must run between Publish and the next entry.");
        }

        if (!HasWork)
        {
            return false;
        }

        if (_target < 0)
        {
            _target = store.Published.Compacted;
            _next = [];
        }

        var ended = Walk(budget);
        if (ended)
        {
            RecordProgress();
        }

        store.PublishCompaction();
        if (ended)
        {
            // A caller that waits for the compaction reads the engine next.
            store.CompactionDone = _target;
            _target = -1;
        }

        return HasWork;
    }

    /// <summary>Drops a running pass, because the state was replaced.</summary>
    public void Reset()
    {
        _doomed.Clear();
        _target = -1;
    }

    private bool Walk(int budget)
    {
        // The published index is immutable, so keys may be removed from the current one during the walk. Both are equal now.
        var cursor = store.Published.Index.Seek(_next, default);
        byte[]? last = null;
        var ended = false;
        for (; budget > 0; budget--)
        {
            if (_doomed.TryPop(out var version))
            {
                store.Counts.Compact();
                store.Batch.Delete(Bucket.Revisions, RevisionKey.Encode(version.Main, version.Sub, version.IsTombstone));
            }
            else if (cursor.MoveNext())
            {
                last = cursor.Key;
                Trim(last, cursor.Value);
            }
            else
            {
                ended = true;
                break;
            }
        }

        if (last is not null)
        {
            _next = [.. last, 0];
        }

        return ended;
    }

    private void Trim(byte[] key, KeyCell cell)
    {
        var first = FirstGone(cell);
        if (first is null)
        {
            return;
        }

        if (first == cell.Newest)
        {
            store.Index.Remove(key);
        }
        else
        {
            store.Index.Upsert(key, !cell.Newest.IsTombstone, out _) = cell.Without(first);
        }

        for (; first is not null; first = first.Older)
        {
            _doomed.Push(first);
        }
    }

    private KeyVersion? FirstGone(KeyCell cell)
    {
        var version = cell.At(_target);
        return version is { IsTombstone: true } && version.Main < _target ? version : version?.Older;
    }

    private void RecordProgress()
    {
        var done = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(done, _target);
        store.Batch.Put(Bucket.Meta, MetaKeys.CompactionDone, done);
    }
}
