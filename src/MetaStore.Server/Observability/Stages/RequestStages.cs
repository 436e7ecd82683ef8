using System.Diagnostics;

namespace MetaStore.Server.Observability.Stages;

/// <summary>The time a slow or traced request spent in each stage; added to the call's context by the stage that waited for it.</summary>
/// <param name="Stages">Names and times in order; stages that did not occur are omitted.</param>
internal sealed record RequestStages(IReadOnlyList<(string Name, TimeSpan Took)> Stages)
{
    /// <summary>Name of the stage that reads the state and makes the response.</summary>
    public const string Read = "read";

    /// <summary>Name of the time after the batcher took a write that ended without a result.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>All stages together.</summary>
    public TimeSpan Total => new(Stages.Sum(stage => stage.Took.Ticks));

    /// <summary>A write: waiting for admission, in the batcher, for the local disk, for a quorum, to be applied and to be answered.</summary>
    public static RequestStages OfWrite(WriteStages stages) =>
        new([.. WriteStages.Names.Select((name, stage) => (name, Stopwatch.GetElapsedTime(0, stages[stage])))]);

    /// <summary>A write that ended without a result: how long it waited to be taken, and for a result after that.</summary>
    /// <param name="arrivedAt">When the proposer was called.</param>
    /// <param name="enqueuedAt">When the batcher took it; 0 when it did not.</param>
    /// <param name="now">When it ended.</param>
    public static RequestStages OfFailedWrite(long arrivedAt, long enqueuedAt, long now) => enqueuedAt == 0
        ? new([(WriteStages.Names[0], Between(arrivedAt, now))])
        : new([(WriteStages.Names[0], Between(arrivedAt, enqueuedAt)), (Unanswered, Between(enqueuedAt, now))]);

    /// <summary>A linearizable read: the confirmation by the quorum, and the wait until this member has applied up to the index.</summary>
    public static RequestStages OfRead(long askedAt, long confirmedAt, long appliedAt) =>
        new([("read_index", Between(askedAt, confirmedAt)), ("apply", Between(confirmedAt, appliedAt))]);

    /// <summary>One more stage after those of a call.</summary>
    /// <param name="before">Null for none.</param>
    /// <param name="name">The stage.</param>
    /// <param name="from">When it began.</param>
    /// <param name="to">When it ended.</param>
    public static RequestStages After(RequestStages? before, string name, long from, long to) => new([.. before?.Stages ?? [], (name, Between(from, to))]);

    private static TimeSpan Between(long from, long to) => to <= from ? TimeSpan.Zero : Stopwatch.GetElapsedTime(from, to);
}
