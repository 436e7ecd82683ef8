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
    private KeyCell? _trimmed;
    private int _removed;
    private int _gone;
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
        _trimmed = null;
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
            if (_trimmed is not null)
            {
                var version = _trimmed[_removed];
                store.Counts.Compact();
                store.Batch.Delete(Bucket.Revisions, RevisionKey.Encode(version.Main, version.Sub, version.IsTombstone));
                _trimmed = ++_removed < _gone ? _trimmed : null;
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
        var gone = GoneOf(cell);
        if (gone == 0)
        {
            return;
        }

        if (gone == cell.Count)
        {
            store.Index.Remove(key);
        }
        else
        {
            store.Index.Upsert(key, !cell.Newest.IsTombstone, out _) = cell.From(gone, store.Changes);
        }

        (_trimmed, _removed, _gone) = (cell, 0, gone);
    }

    /// <summary>How many of a key's changes become unreadable: those before the one in force at the target, and that one if it is an older tombstone.</summary>
    private int GoneOf(KeyCell cell)
    {
        var position = cell.PositionAt(_target);
        return position >= 0 && cell[position] is { IsTombstone: true } deleted && deleted.Main < _target ? position + 1 : Math.Max(0, position);
    }

    private void RecordProgress()
    {
        var done = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(done, _target);
        store.Batch.Put(Bucket.Meta, MetaKeys.CompactionDone, done);
    }
}
