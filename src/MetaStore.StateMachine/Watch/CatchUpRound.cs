using MetaStore.StateMachine.Watch.Events;

namespace MetaStore.StateMachine.Watch;

/// <summary>Result of one round of reading history; <see cref="WatchHub.Take"/> delivers it.</summary>
public sealed class CatchUpRound
{
    /// <summary>The watchers it was read for, without those in <see cref="Compacted"/>.</summary>
    public required IReadOnlyList<Watcher> Watchers { get; init; }

    /// <summary>Watchers whose next revision is compacted.</summary>
    public required IReadOnlyList<Watcher> Compacted { get; init; }

    /// <summary>Lowest readable revision.</summary>
    public required long CompactRevision { get; init; }

    /// <summary>In order for each watcher.</summary>
    public required IReadOnlyList<(Watcher Watcher, EventBatch Batch)> Batches { get; init; }

    /// <summary>Revision up to which history was read.</summary>
    public required long Covered { get; init; }
}
