namespace MetaStore.Server.Observability.Stages;

/// <summary>Where a slow request spent its time, stage by stage; put into the call's context by the stage that waited for it.</summary>
/// <param name="Stages">Names and times in the order of the way; what did not happen is left out.</param>
internal sealed record RequestStages(IReadOnlyList<(string Name, TimeSpan Took)> Stages)
{
    /// <summary>A write: its wait to be admitted, in the batcher, for the local disk, for a quorum, to be applied and to be answered.</summary>
    public static RequestStages OfWrite(WriteStages stages) =>
        new([.. WriteStages.Names.Select((name, stage) => (name, System.Diagnostics.Stopwatch.GetElapsedTime(0, stages[stage])))]);

    /// <summary>A linearizable read: the quorum's word, and the wait until this member has applied that far.</summary>
    public static RequestStages OfRead(long askedAt, long confirmedAt, long appliedAt) =>
        new([("read_index", Between(askedAt, confirmedAt)), ("apply", Between(confirmedAt, appliedAt))]);

    private static TimeSpan Between(long from, long to) => to <= from ? TimeSpan.Zero : System.Diagnostics.Stopwatch.GetElapsedTime(from, to);
}
