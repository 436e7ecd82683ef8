namespace MetaStore.StateMachine.Watch;

/// <summary>One watch: what it wants, and how far it has been served.</summary>
/// <remarks>
/// Synced: it stands in the hub's index and is handed every new change. Unsynced: it stands nowhere and is fed from history until it has
/// caught up. All of it is guarded by whatever guards the hub.
/// </remarks>
public class Watcher
{
    /// <summary>Makes one; <see cref="WatchHub.Add"/> starts it.</summary>
    public Watcher(WatchReceiver receiver, long id, WatchRange range, WatchForm form)
    {
        Receiver = receiver;
        Id = id;
        Range = range;
        Form = form;
    }

    /// <summary>Who gets its events.</summary>
    public WatchReceiver Receiver { get; }

    /// <summary>Its number on its stream.</summary>
    public long Id { get; }

    /// <summary>Keys it wants.</summary>
    public WatchRange Range { get; }

    /// <summary>How it wants them.</summary>
    public WatchForm Form { get; }

    /// <summary>
    /// Nothing below this revision is to be handed to it any more. Of a synced watcher it may lag behind what was handed over; of an unsynced
    /// one it is exactly where history has to go on.
    /// </summary>
    public long Next { get; internal set; }

    /// <summary>It is handed new changes as they come.</summary>
    public bool IsSynced { get; internal set; }

    /// <summary>It has ended; nothing may be handed to it.</summary>
    public bool IsRemoved { get; internal set; }

    /// <summary>Where it stands in an index, for removal without search.</summary>
    internal WatchBucket? Bucket { get; set; }

    /// <summary>Its place in the bucket's list for its form.</summary>
    internal int Position { get; set; }
}
