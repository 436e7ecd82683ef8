using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Watch;

/// <summary>Receives the events of the watchers of one stream, in order, into a bounded queue.</summary>
/// <remarks>Called under the lock that guards the hub; must neither block nor throw.</remarks>
public abstract class WatchReceiver
{
    /// <summary>It received something from the group that is being delivered.</summary>
    internal bool IsInGroup { get; set; }

    /// <summary>Takes a batch for one of its watchers.</summary>
    /// <returns>False when the queue is full: the watcher becomes unsynced, and <see cref="OnUnsynced"/> is called.</returns>
    protected internal abstract bool TryTake(Watcher watcher, EventBatch batch);

    /// <summary>Takes a batch that was read from history at the receiver's request, even when the queue is full.</summary>
    protected internal abstract void TakeHistory(Watcher watcher, EventBatch batch);

    /// <summary>The next revision of a watcher is compacted; the watcher has ended.</summary>
    protected internal abstract void OnCompacted(Watcher watcher, long compactRevision);

    /// <summary>A watcher that was ended after a revision has received everything up to it; it has ended.</summary>
    protected internal abstract void OnEnded(Watcher watcher);

    /// <summary>A watcher must be fed from history, starting at its <see cref="Watcher.Next"/>.</summary>
    protected internal abstract void OnUnsynced(Watcher watcher);

    /// <summary>The group is delivered: everything taken can be sent with one write.</summary>
    protected internal abstract void OnGroupEnd();
}
