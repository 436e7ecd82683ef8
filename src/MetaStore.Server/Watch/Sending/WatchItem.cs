using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.Server.Watch.Sending;

/// <summary>One thing to be sent: events of a watcher, or an answer.</summary>
internal readonly record struct WatchItem(StreamWatcher? Watcher, EventBatch? Run, WatchResponse? Answer)
{
    /// <summary>What holding any item costs besides its bytes.</summary>
    private const int Overhead = 64;

    /// <summary>Events in it.</summary>
    public int Events => Run?.Events.Length ?? 0;

    /// <summary>Bytes it counts in the queue.</summary>
    public int Cost => Overhead + (Run?.Size ?? 0);
}
