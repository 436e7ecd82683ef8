using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.Server.Watch.Sending;

/// <summary>An item to be sent: events of a watcher, or a response.</summary>
internal readonly record struct WatchItem(StreamWatcher? Watcher, EventBatch? Run, WatchResponse? Answer)
{
    /// <summary>Memory of an item besides its bytes.</summary>
    private const int Overhead = 64;

    /// <summary>Number of events.</summary>
    public int Events => Run?.Events.Length ?? 0;

    /// <summary>Bytes it counts for in the queue.</summary>
    public int Cost => Overhead + (Run?.Size ?? 0);
}
