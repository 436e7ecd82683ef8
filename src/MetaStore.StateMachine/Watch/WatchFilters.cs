namespace MetaStore.StateMachine.Watch;

/// <summary>Filters and options of a watcher. Watchers with the same range and form share prepared events.</summary>
[Flags]
public enum WatchFilters
{
    /// <summary>All events, without the previous pairs.</summary>
    Plain = 0,

    /// <summary>With the previous pair of each change.</summary>
    PrevKv = 1,

    /// <summary>Without puts.</summary>
    NoPut = 2,

    /// <summary>Without deletes.</summary>
    NoDelete = 4,
}
