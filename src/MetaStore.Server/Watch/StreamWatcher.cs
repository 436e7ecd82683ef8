using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.Server.Watch;

/// <summary>A watcher of a client's stream, with what only matters when its events are written.</summary>
internal sealed class StreamWatcher(WatchStream stream, long id, WatchRange range, WatchFilters form) : Watcher(stream, id, range, form)
{
    /// <summary>Messages that would be too large are cut.</summary>
    public bool Fragments { get; init; }

    /// <summary>Wants to hear of the revision from time to time.</summary>
    public bool NotifiesProgress { get; init; }

    /// <summary>Got events since the last tick, so that it needs no progress message.</summary>
    public bool HadEvents { get; set; }
}
