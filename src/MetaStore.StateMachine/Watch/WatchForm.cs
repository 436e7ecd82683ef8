namespace MetaStore.StateMachine.Watch;

/// <summary>How a watcher wants its events. Watchers of one range and one form share what is prepared for them.</summary>
[Flags]
public enum WatchForm
{
    /// <summary>All events, without the pairs before.</summary>
    Plain = 0,

    /// <summary>With the pair before each change.</summary>
    PrevKv = 1,

    /// <summary>Without puts.</summary>
    NoPut = 2,

    /// <summary>Without deletes.</summary>
    NoDelete = 4,
}
