namespace MetaStore.Server.Observability.Stages;

/// <summary>The time a slow request spent in each stage; added to the call's context by the stage that waited for it.</summary>
/// <param name="Stages">Names and times in order; stages that did not occur are omitted.</param>
internal sealed record RequestStages(IReadOnlyList<(string Name, TimeSpan Took)> Stages)
{
    /// <summary>A write: waiting for admission, in the batcher, for the local disk, for a quorum, to be applied and to be answered.</summary>
    public static RequestStages OfWrite(WriteStages stages) =>
        new([.. WriteStages.Names.Select((name, stage) => (name, System.Diagnostics.Stopwatch.GetElapsedTime(0, stages[stage])))]);

    /// <summary>A linearizable read: the confirmation by the quorum, and the wait until this member has applied up to the index.</summary>
    public static RequestStages OfRead(long askedAt, long confirmedAt, long appliedAt) =>
        new([("read_index", Between(askedAt, confirmedAt)), ("apply", Between(confirmedAt, appliedAt))]);

    private static TimeSpan Between(long from, long to) => to <= from ? TimeSpan.Zero : System.Diagnostics.Stopwatch.GetElapsedTime(from, to);
}
