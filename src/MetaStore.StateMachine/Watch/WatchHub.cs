using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Watch;

/// <summary>Hands new changes to the watchers that want them. Deterministic: what is done to it decides what it hands out.</summary>
/// <remarks>
/// It knows only synced watchers. Whoever has no room, or joins in the past, is unsynced and fed from history by <see cref="CatchUp"/> until
/// <see cref="Take"/> finds it in front of what comes next. Not thread-safe: the host guards it, and <see cref="Watcher"/>s with it.
/// </remarks>
public sealed class WatchHub(MvccReader reader)
{
    private readonly WatcherIndex _synced = new();
    private readonly EventGroup _group = new();
    private readonly List<WatchReceiver> _inGroup = [];
    private Action<Watcher, EventRun>? _handOver;

    /// <summary>Everything up to this store revision was handed to the synced watchers.</summary>
    public long Revision { get; private set; } = reader.Revision;

    /// <summary>Watchers that are handed new changes as they come.</summary>
    public int Synced => _synced.Count;

    /// <summary>Events handed out, each counted once for every watcher that got it.</summary>
    public long Delivered { get; private set; }

    /// <summary>Times that a watcher was out of sync because it had no room.</summary>
    public long FallenBehind { get; private set; }

    /// <summary>Starts a watcher. One that begins in the past is left unsynced: its receiver feeds it from history.</summary>
    /// <param name="watcher">Not started before.</param>
    /// <param name="startRevision">First revision it wants; 0 = whatever comes after <see cref="Revision"/>.</param>
    public void Add(Watcher watcher, long startRevision)
    {
        watcher.Next = startRevision == 0 ? Revision + 1 : startRevision;
        Place(watcher);
    }

    /// <summary>Ends a watcher.</summary>
    public void Remove(Watcher watcher)
    {
        if (watcher.IsSynced)
        {
            watcher.IsSynced = false;
            _synced.Remove(watcher);
        }

        watcher.IsRemoved = true;
    }

    /// <summary>Hands over what was read from history. Whoever stands in front of what comes next is synced again; the others read on.</summary>
    public void Take(CatchUpRound round)
    {
        foreach (var (watcher, run) in round.Runs)
        {
            if (!watcher.IsRemoved)
            {
                watcher.Receiver.TakeHistory(watcher, run);
                Delivered += run.Events.Length;
            }
        }

        foreach (var watcher in round.Watchers)
        {
            watcher.Next = Math.Max(watcher.Next, round.Covered + 1);
            if (!watcher.IsRemoved)
            {
                Place(watcher);
            }
        }

        foreach (var watcher in round.Compacted)
        {
            if (!watcher.IsRemoved)
            {
                Remove(watcher);
                watcher.Receiver.OnCompacted(watcher, round.CompactRevision);
            }
        }
    }

    /// <summary>Hands a group out: whole revisions, ascending, right behind <see cref="Revision"/>.</summary>
    public void Distribute(ReadOnlySpan<RevisionRecord> records, long revision)
    {
        if (_synced.Count > 0)
        {
            foreach (ref readonly var record in records)
            {
                _group.Add(record, _synced);
            }

            if (_group.Count > 0)
            {
                using var previous = new PreviousValues(reader);
                _group.Deliver(previous, revision, _handOver ??= HandOver);
            }
        }

        Revision = revision;
        foreach (var receiver in _inGroup)
        {
            receiver.IsInGroup = false;
            receiver.OnGroupEnd();
        }

        _inGroup.Clear();
    }

    /// <summary>Goes to a revision without the changes on the way, which were lost or came as a checkpoint: everybody reads them from history.</summary>
    public void Skip(long revision)
    {
        if (revision == Revision)
        {
            return;
        }

        foreach (var watcher in _synced.All())
        {
            // Whoever waits for a revision further on misses nothing.
            if (watcher.Next <= revision)
            {
                FallOut(watcher, Revision + 1);
            }
        }

        Revision = revision;
    }

    private void Place(Watcher watcher)
    {
        if (watcher.Next <= Revision)
        {
            watcher.Receiver.OnUnsynced(watcher);
            return;
        }

        watcher.IsSynced = true;
        _synced.Add(watcher);
    }

    private void HandOver(Watcher watcher, EventRun run)
    {
        var receiver = watcher.Receiver;
        if (!receiver.IsInGroup)
        {
            receiver.IsInGroup = true;
            _inGroup.Add(receiver);
        }

        if (receiver.TryTake(watcher, run))
        {
            Delivered += run.Events.Length;
        }
        else
        {
            FallenBehind++;
            FallOut(watcher, run.First);
        }
    }

    private void FallOut(Watcher watcher, long next)
    {
        watcher.IsSynced = false;
        watcher.Next = Math.Max(watcher.Next, next);
        _synced.Remove(watcher);
        watcher.Receiver.OnUnsynced(watcher);
    }
}
