using System.Runtime.InteropServices;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.StateMachine.Watch.Events;

/// <summary>Matches a group of changes to the watchers that want them, and delivers batches of events to each watcher.</summary>
/// <remarks>
/// Reused from group to group. A batch ends at a revision boundary, after etcd's 1000 revisions or <see cref="BatchBytes"/>.
/// <para>
/// Example: a transaction at revision 7 puts a1 and b1, a put at revision 8 sets a2. Watchers: W1 and W2 on prefix "a" without filters,
/// W3 on prefix "a" with previous values, W4 on key b1 with next revision 8.
/// <list type="number">
/// <item>Each change is looked up in the index once. Events 0 = (7, a1), 1 = (7, b1), 2 = (8, a2); the bucket of range "a" has hits
/// {0, 2}, the bucket of key b1 has {1}.</item>
/// <item>The bucket of "a" has two lists of watchers: {W1, W2} and, because it wants other bytes, {W3}. For each list the hits become one
/// batch, (7, a1) (8, a2): W1 and W2 get the same object, whose bytes are encoded once; W3 gets its own with the previous pairs.</item>
/// <item>The bucket of b1 makes the batch (7, b1). W4 starts at revision 8, so the part of the batch from there is empty and nothing is
/// delivered.</item>
/// <item>When W2's queue is full, W2 becomes unsynced at revision 7, its first undelivered one, and reads 7 and 8 from history later. A batch
/// therefore never ends within a revision.</item>
/// </list>
/// </para>
/// </remarks>
internal sealed class EventGroup
{
    /// <summary>As in etcd: revisions in one response.</summary>
    public const int BatchRevisions = 1000;

    /// <summary>Size after which a batch ends, so that many small changes do not make a large message.</summary>
    public const int BatchBytes = 512 << 10;

    private readonly List<WatchEvent> _events = [];
    private readonly List<byte[]?> _previous = [];
    private readonly List<WatchBucket> _touched = [];
    private readonly List<WatchBucket> _found = [];
    private readonly List<WatchEvent> _batch = [];

    /// <summary>Number of changes that at least one watcher wants.</summary>
    public int Count => _events.Count;

    /// <summary>Adds a change if any watcher of <paramref name="index"/> wants its key.</summary>
    public void Add(in RevisionRecord record, WatcherIndex index)
    {
        index.Collect(KeyValueCodec.KeyOf(record.Record), _found);
        if (_found.Count > 0)
        {
            Add(record);
        }
    }

    /// <summary>As above, for a change of history, which is copied only when a watcher wants it.</summary>
    /// <returns>Approximate number of bytes that it adds for all watchers together.</returns>
    public long Add(ChangeCursor change, WatcherIndex index)
    {
        index.Collect(change.Key, _found);
        if (_found.Count == 0)
        {
            return 0;
        }

        var watchers = 0L;
        foreach (var bucket in _found)
        {
            watchers += bucket.Count;
        }

        var copy = change.Copy();
        Add(copy);
        return watchers * copy.Record.Length;
    }

    /// <summary>Delivers every batch to the watchers that want it, and clears the group.</summary>
    /// <param name="previous">Source of the previous pairs.</param>
    /// <param name="storeRevision">For the headers.</param>
    /// <param name="deliver">Called once for each watcher and batch; may remove the watcher from the index.</param>
    public void Deliver(PreviousValues previous, long storeRevision, Action<Watcher, EventBatch> deliver)
    {
        foreach (var bucket in _touched)
        {
            for (var form = bucket.Forms.Count - 1; form >= 0; form--)
            {
                Deliver(bucket, bucket.Forms[form], previous, storeRevision, deliver);
            }

            bucket.Hits.Clear();
        }

        _touched.Clear();
        _events.Clear();
        _previous.Clear();
    }

    private void Add(in RevisionRecord record)
    {
        foreach (var bucket in _found)
        {
            if (bucket.Hits.Count == 0)
            {
                _touched.Add(bucket);
            }

            bucket.Hits.Add(_events.Count);
        }

        _found.Clear();
        _events.Add(new WatchEvent(record));
        _previous.Add(null);
    }

    private void Deliver(WatchBucket bucket, WatchFilters form, PreviousValues previous, long storeRevision, Action<Watcher, EventBatch> deliver)
    {
        int bytes = 0, revisions = 0;
        var last = 0L;
        foreach (var hit in bucket.Hits)
        {
            var change = CollectionsMarshal.AsSpan(_events)[hit];
            if (form.HasFlag(change.IsDelete ? WatchFilters.NoDelete : WatchFilters.NoPut))
            {
                continue;
            }

            if (form.HasFlag(WatchFilters.PrevKv))
            {
                change = change.With(_previous[hit] ??= previous.Before(change));
            }

            if (change.Revision != last)
            {
                if (revisions >= BatchRevisions || bytes >= BatchBytes)
                {
                    HandOut(bucket, form, storeRevision, deliver);
                    (bytes, revisions) = (0, 0);
                }

                revisions++;
                last = change.Revision;
            }

            bytes += change.Size;
            _batch.Add(change);
        }

        if (_batch.Count > 0)
        {
            HandOut(bucket, form, storeRevision, deliver);
        }
    }

    private void HandOut(WatchBucket bucket, WatchFilters form, long storeRevision, Action<Watcher, EventBatch> deliver)
    {
        var all = _batch.ToArray();
        _batch.Clear();
        if (bucket.Of(form) is not { } watchers)
        {
            return;
        }

        var batch = new EventBatch(all, storeRevision, isShared: watchers.Count > 1);

        // Backwards, because a watcher with a full queue is removed from the list during the loop.
        for (var i = watchers.Count - 1; i >= 0; i--)
        {
            var watcher = watchers[i];
            if (batch.From(watcher.Next) is { } wanted)
            {
                deliver(watcher, wanted);
            }
        }
    }
}
