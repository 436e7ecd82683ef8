using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Watch.Events;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.StateMachine.Watch;

/// <summary>
/// Delivers new changes to the watchers that want them. Deterministic: the sequence of calls determines what is delivered.
/// </summary>
/// <remarks>
/// It holds only synced watchers. A watcher whose queue is full, or that starts at a past revision, is unsynced and is fed from history by
/// <see cref="CatchUp"/> until <see cref="Take"/> finds that it has caught up. Not thread-safe: the host's lock guards it and the
/// <see cref="Watcher"/>s.
/// </remarks>
public sealed class WatchHub(MvccReader reader)
{
    private readonly WatcherIndex _synced = new();
    private readonly EventGroup _group = new();
    private readonly List<WatchReceiver> _inGroup = [];
    private Action<Watcher, EventBatch>? _deliver;

    /// <summary>Store revision up to which changes were delivered to the synced watchers.</summary>
    public long Revision { get; private set; } = reader.Revision;

    /// <summary>Number of synced watchers.</summary>
    public int Synced => _synced.Count;

    /// <summary>Events delivered, counted once for every watcher.</summary>
    public long Delivered { get; private set; }

    /// <summary>How often a watcher became unsynced because its queue was full.</summary>
    public long FallenBehind { get; private set; }

    /// <summary>Starts a watcher. One with a past start revision stays unsynced: its receiver feeds it from history.</summary>
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

    /// <summary>
    /// Ends a watcher that has received or will receive everything up to <see cref="Revision"/> and nothing after it: at once when it is synced,
    /// otherwise when its history up to there is delivered. Its receiver is called then.
    /// </summary>
    public void EndNow(Watcher watcher)
    {
        if (watcher.IsSynced || watcher.Next > Revision)
        {
            End(watcher);
        }
        else
        {
            watcher.EndsAfter ??= Revision;
        }
    }

    /// <summary>Delivers what was read from history. Watchers that have caught up become synced; the rest stay unsynced.</summary>
    /// <remarks>
    /// Nothing after <see cref="Revision"/> is delivered here: a change of users that comes before it may still be queued.
    /// </remarks>
    public void Take(CatchUpRound round)
    {
        foreach (var (watcher, batch) in round.Batches)
        {
            if (!watcher.IsRemoved && batch.UpTo(Math.Min(watcher.EndsAfter ?? Revision, Revision)) is { } allowed)
            {
                watcher.Receiver.TakeHistory(watcher, allowed);
                Delivered += allowed.Events.Length;
            }
        }

        var covered = Math.Min(round.Covered, Revision);
        foreach (var watcher in round.Watchers)
        {
            watcher.Next = Math.Max(watcher.Next, covered + 1);
            if (watcher.IsRemoved)
            {
                continue;
            }

            if (watcher.Next > watcher.EndsAfter)
            {
                End(watcher);
            }
            else
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

    /// <summary>Delivers a group of whole revisions, ascending, directly following <see cref="Revision"/>.</summary>
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
                _group.Deliver(previous, revision, _deliver ??= Deliver);
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

    /// <summary>
    /// Advances to a revision without delivering the changes in between, which were dropped or came as a checkpoint: all watchers read
    /// them from history.
    /// </summary>
    public void Skip(long revision)
    {
        if (revision == Revision)
        {
            return;
        }

        foreach (var watcher in _synced.All())
        {
            // A watcher that starts at a later revision misses nothing.
            if (watcher.Next <= revision)
            {
                MarkUnsynced(watcher, Revision + 1);
            }
        }

        Revision = revision;
    }

    private void End(Watcher watcher)
    {
        Remove(watcher);
        watcher.Receiver.OnEnded(watcher);
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

    private void Deliver(Watcher watcher, EventBatch batch)
    {
        var receiver = watcher.Receiver;
        if (!receiver.IsInGroup)
        {
            receiver.IsInGroup = true;
            _inGroup.Add(receiver);
        }

        if (receiver.TryTake(watcher, batch))
        {
            Delivered += batch.Events.Length;
        }
        else
        {
            FallenBehind++;
            MarkUnsynced(watcher, batch.First);
        }
    }

    private void MarkUnsynced(Watcher watcher, long next)
    {
        watcher.IsSynced = false;
        watcher.Next = Math.Max(watcher.Next, next);
        _synced.Remove(watcher);
        watcher.Receiver.OnUnsynced(watcher);
    }
}
