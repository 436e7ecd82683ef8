namespace MetaStore.StateMachine.Watch;

/// <summary>What one reading of history gave; <see cref="WatchHub.Take"/> hands it over.</summary>
public sealed class CatchUpRound
{
    /// <summary>The watchers it was read for, without those in <see cref="Compacted"/>.</summary>
    public required IReadOnlyList<Watcher> Watchers { get; init; }

    /// <summary>Watchers whose next revision is gone.</summary>
    public required IReadOnlyList<Watcher> Compacted { get; init; }

    /// <summary>Lowest readable revision.</summary>
    public required long CompactRevision { get; init; }

    /// <summary>In order for each watcher.</summary>
    public required IReadOnlyList<(Watcher Watcher, EventRun Run)> Runs { get; init; }

    /// <summary>Everything up to this revision was looked at.</summary>
    public required long Covered { get; init; }
}
