using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Watch.Events;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.StateMachine.Watch;

/// <summary>Reads the stored changes that unsynced watchers have missed, in bounded rounds.</summary>
/// <remarks>
/// One walk serves all given watchers, however far apart their positions are. It reads one consistent state, so nothing can be compacted
/// during the walk. Runs off the apply thread and without the hub's lock; the watchers stay unsynced meanwhile.
/// </remarks>
public static class CatchUp
{
    /// <summary>Changes visited in one round, whether or not they match.</summary>
    public const int RoundRecords = 10_000;

    /// <summary>Bytes that end a round, counted once for every watcher; a single larger revision is read completely.</summary>
    public const int RoundBytes = 1 << 20;

    /// <summary>Reads one round.</summary>
    public static CatchUpRound Read(MvccReader reader, IReadOnlyList<Watcher> watchers)
    {
        using var read = reader.OpenRead();
        var index = new WatcherIndex();
        var (kept, compacted) = (new List<Watcher>(watchers.Count), new List<Watcher>());
        var from = long.MaxValue;
        foreach (var watcher in watchers)
        {
            if (watcher.Next < read.CompactedRevision)
            {
                compacted.Add(watcher);
                continue;
            }

            kept.Add(watcher);
            index.Add(watcher);
            from = Math.Min(from, watcher.Next);
        }

        var batches = new List<(Watcher, EventBatch)>();
        var covered = kept.Count == 0 || from > read.Revision ? read.Revision : Walk(reader, read, from, index, batches);
        return new CatchUpRound
        {
            Watchers = kept,
            Compacted = compacted,
            CompactRevision = read.CompactedRevision,
            Batches = batches,
            Covered = covered,
        };
    }

    private static long Walk(MvccReader reader, ReadTxn read, long from, WatcherIndex index, List<(Watcher Watcher, EventBatch Batch)> batches)
    {
        var group = new EventGroup();
        var covered = read.Revision;
        using var changes = read.Changes(from);
        using var previous = new PreviousValues(reader);
        long bytes = 0, at = 0;
        for (var records = 0; changes.MoveNext(); records++)
        {
            if (changes.Revision != at)
            {
                if (records >= RoundRecords || bytes >= RoundBytes)
                {
                    covered = at;
                    break;
                }

                at = changes.Revision;
            }

            bytes += group.Add(changes, index);
        }

        group.Deliver(previous, read.Revision, (watcher, batch) => batches.Add((watcher, batch)));
        return covered;
    }
}
