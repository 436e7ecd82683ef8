using MetaStore.Protocol.V1;

namespace MetaStore.Cli.BatchViews;

/// <summary>What a member's batcher did between two looks at it. Pure.</summary>
/// <param name="Now">The later look.</param>
/// <param name="PutsPerSecond">Proposals that left for the log.</param>
/// <param name="EntriesPerSecond">Log entries they were packed into.</param>
/// <param name="PutsPerEntry">Null when there was no entry.</param>
/// <param name="Flushes">Entries a second by the reason for which they left.</param>
internal sealed record MemberFigures(
    WatchBatchingResponse Now, double PutsPerSecond, double EntriesPerSecond, double? PutsPerEntry, IReadOnlyList<(string Reason, double PerSecond)> Flushes)
{
    /// <summary>Stages of a put, in the order in which it passes them.</summary>
    public static readonly string[] Stages = ["queue", "batch", "wal", "replicate", "apply", "answer"];

    /// <summary>Compares two looks.</summary>
    /// <param name="now">The later one.</param>
    /// <param name="before">The earlier one; null for none, and then the member's own average over ten seconds stands for the rate.</param>
    /// <param name="time">Between them.</param>
    public static MemberFigures Of(WatchBatchingResponse now, WatchBatchingResponse? before, TimeSpan time)
    {
        var (later, earlier) = (now.Stats ?? new BatchStats(), before?.Stats);

        // Counters that went back are those of a member that was started again.
        if (earlier is null || later.TotalProposals < earlier.TotalProposals || time <= TimeSpan.Zero)
        {
            return new MemberFigures(now, later.Throughput, 0, null, Reasons(later.Flushes, later.Flushes, 1));
        }

        var (puts, entries) = (later.TotalProposals - earlier.TotalProposals, later.TotalBatches - earlier.TotalBatches);
        return new MemberFigures(
            now, puts / time.TotalSeconds, entries / time.TotalSeconds, entries > 0 ? (double)puts / entries : null, Reasons(later.Flushes, earlier.Flushes, time.TotalSeconds));
    }

    /// <summary>Latency of one stage; null when the member does not say.</summary>
    public StageLatency? StageOf(string name) => Now.Stats?.Stages.FirstOrDefault(stage => stage.Stage == name && stage.Count > 0);

    private static (string, double)[] Reasons(FlushCounts? later, FlushCounts? earlier, double seconds)
    {
        var (now, before) = (later ?? new FlushCounts(), earlier ?? new FlushCounts());
        return
        [
            ("size", (now.Size - before.Size) / seconds),
            ("bytes", (now.Bytes - before.Bytes) / seconds),
            ("timeout", (now.Timeout - before.Timeout) / seconds),
            ("idle", (now.Idle - before.Idle) / seconds),
            ("drain", (now.Drain - before.Drain) / seconds),
        ];
    }
}
