using MetaStore.Protocol.V1;

namespace MetaStore.Cli.BatchViews;

/// <summary>Figures of a member's batcher between two refreshes. Pure.</summary>
/// <param name="Now">The later response.</param>
/// <param name="PutsPerSecond">Proposals sent to the log.</param>
/// <param name="EntriesPerSecond">Log entries that contained them.</param>
/// <param name="PutsPerEntry">Null when there was no entry.</param>
/// <param name="Flushes">Entries per second by flush reason.</param>
internal sealed record MemberFigures(
    WatchBatchingResponse Now, double PutsPerSecond, double EntriesPerSecond, double? PutsPerEntry, IReadOnlyList<(string Reason, double PerSecond)> Flushes)
{
    /// <summary>Stages of a put, in order.</summary>
    public static readonly string[] Stages = ["queue", "batch", "wal", "replicate", "apply", "answer"];

    /// <summary>Compares two responses.</summary>
    /// <param name="now">The later one.</param>
    /// <param name="before">The earlier one; null when there is none, which uses the member's own average over ten seconds as the rate.</param>
    /// <param name="time">Time between them.</param>
    public static MemberFigures Of(WatchBatchingResponse now, WatchBatchingResponse? before, TimeSpan time)
    {
        var (later, earlier) = (now.Stats ?? new BatchStats(), before?.Stats);

        // Lower counters mean that the member was restarted.
        if (earlier is null || later.TotalProposals < earlier.TotalProposals || time <= TimeSpan.Zero)
        {
            return new MemberFigures(now, later.Throughput, 0, null, Reasons(later.Flushes, later.Flushes, 1));
        }

        var (puts, entries) = (later.TotalProposals - earlier.TotalProposals, later.TotalBatches - earlier.TotalBatches);
        return new MemberFigures(
            now, puts / time.TotalSeconds, entries / time.TotalSeconds, entries > 0 ? (double)puts / entries : null, Reasons(later.Flushes, earlier.Flushes, time.TotalSeconds));
    }

    /// <summary>Latency of one stage; null when the member does not report it.</summary>
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
