using System.Runtime.InteropServices;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Watch;

/// <summary>Sorts a group of changes by who wants them, and hands each watcher its runs.</summary>
/// <remarks>Reused from group to group. A run ends with a revision, and before it grows past etcd's 1000 revisions or <see cref="RunBytes"/>.</remarks>
internal sealed class EventGroup
{
    /// <summary>As in etcd: revisions in one response.</summary>
    public const int RunRevisions = 1000;

    /// <summary>Size after which a run ends, so that no message grows large because of many small changes.</summary>
    public const int RunBytes = 512 << 10;

    private readonly List<WatchEvent> _events = [];
    private readonly List<byte[]?> _previous = [];
    private readonly List<WatchBucket> _touched = [];
    private readonly List<WatchBucket> _found = [];
    private readonly List<WatchEvent> _run = [];

    /// <summary>Changes that somebody wants.</summary>
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

    /// <summary>The same for a change of history, which is copied only when somebody wants it.</summary>
    /// <returns>Bytes of it that all watchers together will be sent, about.</returns>
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

    /// <summary>Hands every run to everybody who wants it, and is empty afterwards.</summary>
    /// <param name="previous">Where pairs before changes come from.</param>
    /// <param name="storeRevision">For the headers.</param>
    /// <param name="deliver">Is called once for each watcher and run; may take the watcher out of the index.</param>
    public void Deliver(PreviousValues previous, long storeRevision, Action<Watcher, EventRun> deliver)
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

    private void Deliver(WatchBucket bucket, WatchForm form, PreviousValues previous, long storeRevision, Action<Watcher, EventRun> deliver)
    {
        int bytes = 0, revisions = 0;
        var last = 0L;
        foreach (var hit in bucket.Hits)
        {
            var change = CollectionsMarshal.AsSpan(_events)[hit];
            if (form.HasFlag(change.IsDelete ? WatchForm.NoDelete : WatchForm.NoPut))
            {
                continue;
            }

            if (form.HasFlag(WatchForm.PrevKv))
            {
                change = change.With(_previous[hit] ??= previous.Before(change));
            }

            if (change.Revision != last)
            {
                if (revisions >= RunRevisions || bytes >= RunBytes)
                {
                    HandOut(bucket, form, storeRevision, deliver);
                    (bytes, revisions) = (0, 0);
                }

                revisions++;
                last = change.Revision;
            }

            bytes += change.Size;
            _run.Add(change);
        }

        if (_run.Count > 0)
        {
            HandOut(bucket, form, storeRevision, deliver);
        }
    }

    private void HandOut(WatchBucket bucket, WatchForm form, long storeRevision, Action<Watcher, EventRun> deliver)
    {
        var all = _run.ToArray();
        _run.Clear();
        if (bucket.Of(form) is not { } watchers)
        {
            return;
        }

        var run = new EventRun(all, storeRevision, isShared: watchers.Count > 1);

        // Backwards, because a watcher without room leaves the list on the way.
        for (var i = watchers.Count - 1; i >= 0; i--)
        {
            var watcher = watchers[i];
            if (run.From(watcher.Next) is { } wanted)
            {
                deliver(watcher, wanted);
            }
        }
    }
}
