using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Watch;
using MetaStore.StateMachine.Watch.Index;

namespace MetaStore.Server.Watch;

/// <summary>A watcher of a client's stream, with options for writing its events.</summary>
internal sealed class StreamWatcher(WatchStream stream, long id, WatchRange range, WatchFilters form) : Watcher(stream, id, range, form)
{
    /// <summary>True splits messages that would be too large.</summary>
    public bool Fragments { get; init; }

    /// <summary>True sends progress notifications periodically.</summary>
    public bool NotifiesProgress { get; init; }

    /// <summary>True when it got events since the last tick and needs no progress notification.</summary>
    public bool HadEvents { get; set; }

    /// <summary>Who made it, while auth was on; none otherwise.</summary>
    public AuthIdentity Identity { get; init; } = AuthIdentity.None;

    /// <summary><see cref="AuthState.Changes"/> of the state by which it was allowed.</summary>
    public ulong AllowedAt { get; init; }

    /// <summary>Why it was ended, when its user lost the right to it.</summary>
    public string? EndReason { get; set; }
}
