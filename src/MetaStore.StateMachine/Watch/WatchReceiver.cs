namespace MetaStore.StateMachine.Watch;

/// <summary>Takes events for the watchers of one stream, in order, into a queue with a bound.</summary>
/// <remarks>Called under whatever guards the hub; must neither block nor throw.</remarks>
public abstract class WatchReceiver
{
    /// <summary>It got something from the group that is being handed out.</summary>
    internal bool IsInGroup { get; set; }

    /// <summary>Takes a run for one of its watchers.</summary>
    /// <returns>False when there is no room: then the watcher falls out of sync and is told by <see cref="OnUnsynced"/>.</returns>
    protected internal abstract bool TryTake(Watcher watcher, EventRun run);

    /// <summary>Takes a run that was read from history for it, room or not: the receiver had it read.</summary>
    protected internal abstract void TakeHistory(Watcher watcher, EventRun run);

    /// <summary>What a watcher needs next is gone; it has ended.</summary>
    protected internal abstract void OnCompacted(Watcher watcher, long compactRevision);

    /// <summary>A watcher has to be fed from history, beginning at its <see cref="Watcher.Next"/>.</summary>
    protected internal abstract void OnUnsynced(Watcher watcher);

    /// <summary>The group is handed out: whatever was taken can be sent with one write.</summary>
    protected internal abstract void OnGroupEnd();
}
