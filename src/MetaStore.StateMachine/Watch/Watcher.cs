using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.StateMachine.Watch;

/// <summary>One watch: what it covers, and how far it has been served.</summary>
/// <remarks>
/// Synced: it is in the hub's index and receives every new change. Unsynced: it is in no index and is fed from history until it has
/// caught up. Guarded by the lock that guards the hub.
/// </remarks>
public class Watcher
{
    /// <summary>Creates a watcher; <see cref="WatchHub.Add"/> starts it.</summary>
    public Watcher(WatchReceiver receiver, long id, WatchRange range, WatchFilters form)
    {
        Receiver = receiver;
        Id = id;
        Range = range;
        Form = form;
    }

    /// <summary>Receiver of its events.</summary>
    public WatchReceiver Receiver { get; }

    /// <summary>Watch id on its stream.</summary>
    public long Id { get; }

    /// <summary>Keys it covers.</summary>
    public WatchRange Range { get; }

    /// <summary>Its filters and options.</summary>
    public WatchFilters Form { get; }

    /// <summary>
    /// Events below this revision must not be delivered to it any more. For a synced watcher it may be lower than what was delivered; for an
    /// unsynced one it is exactly where reading history has to continue.
    /// </summary>
    public long Next { get; internal set; }

    /// <summary>It receives new changes as they come.</summary>
    public bool IsSynced { get; internal set; }

    /// <summary>It has ended; nothing may be delivered to it.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>Last revision that may be delivered to an unsynced watcher, which ends then; null = it does not end.</summary>
    public long? EndsAfter { get; internal set; }

    /// <summary>Its bucket in an index, for removal without a search.</summary>
    internal WatchBucket? Bucket { get; set; }

    /// <summary>Its position in the bucket's list for its form.</summary>
    internal int Position { get; set; }
}
