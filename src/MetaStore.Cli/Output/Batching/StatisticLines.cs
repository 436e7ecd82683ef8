using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output.Batching;

/// <summary>Statistics of the batcher: current, since the last change, since the start and per mode, and the stage times of writes.</summary>
internal static class StatisticLines
{
    public static IEnumerable<string> Of(BatchStats stats)
    {
        yield return SettingLines.Line("now", $"{stats.BufferLength} buffered, {stats.BatchesInFlight} batches in flight with {stats.ProposalsInFlight}");
        yield return SettingLines.Line("last 10s", $"{Figures.Number(stats.Throughput)} proposals/s, {Figures.Time(stats.AverageLatencyUs)} from enqueue to commit");
        if (stats.TotalDropped > 0)
        {
            yield return SettingLines.Line("failed", $"{stats.TotalDropped} proposals: no leader, overload or stop");
        }

        if (stats.SinceChange is not null)
        {
            yield return SettingLines.Line("flushes", $"since change: {Flushes(stats.SinceChange.Flushes)}");
        }

        yield return SettingLines.Line(stats.SinceChange is null ? "flushes" : string.Empty, $"since start: {Flushes(stats.Flushes)}");
        foreach (var line in Totals(stats).Concat(Stages(stats)))
        {
            yield return line;
        }
    }

    /// <summary>"size 12, timeout 3"; reasons that did not occur are omitted.</summary>
    public static string Flushes(FlushCounts? counts)
    {
        (string Name, long Count)[] reasons = counts is null
            ? []
            : [("size", counts.Size), ("bytes", counts.Bytes), ("timeout", counts.Timeout), ("idle", counts.Idle), ("drain", counts.Drain)];
        var occurred = string.Join(", ", reasons.Where(reason => reason.Count > 0).Select(reason => $"{reason.Name} {reason.Count}"));
        return occurred.Length > 0 ? occurred : "none";
    }

    private static IEnumerable<string> Totals(BatchStats stats)
    {
        yield return string.Empty;
        yield return Row(string.Empty, "time", "proposals", "/s", "batches", "per batch", "log bytes");
        if (stats.SinceChange is { } change)
        {
            yield return Row("since change", change);
        }

        var time = stats.Modes.Sum(mode => mode.Totals.DurationUs);
        yield return Row("since start", time, stats.TotalProposals, stats.TotalBatches, stats.TotalEncodedBytes);
        if (stats.Modes.Count > 1)
        {
            foreach (var mode in stats.Modes)
            {
                yield return Row("  " + ModeNames.Of(mode.Policy, mode.FlushWhenIdle), mode.Totals);
            }
        }
    }

    private static IEnumerable<string> Stages(BatchStats stats)
    {
        if (stats.Stages.Sum(stage => stage.Count) == 0)
        {
            yield break;
        }

        yield return string.Empty;
        yield return "  last 10s" + string.Concat(stats.Stages.Select(stage => $"{stage.Stage,11}"));
        yield return "  p50     " + string.Concat(stats.Stages.Select(stage => $"{Figures.Time(stage.P50Us),11}"));
        yield return "  p99     " + string.Concat(stats.Stages.Select(stage => $"{Figures.Time(stage.P99Us),11}"));
    }

    private static string Row(string name, BatchTotals totals) => Row(name, totals.DurationUs, totals.Proposals, totals.Batches, totals.EncodedBytes);

    private static string Row(string name, long time, long proposals, long batches, long bytes) => Row(
        name, time == 0 ? "-" : Figures.Time(time), $"{proposals}", Figures.Rate(proposals, time), $"{batches}", Figures.Per(proposals, batches), Rows.Bytes(bytes));

    private static string Row(string name, string time, string proposals, string rate, string batches, string perBatch, string bytes) =>
        $"  {name,-20}{time,8}{proposals,11}{rate,8}{batches,11}{perBatch,10}{bytes,10}";
}
