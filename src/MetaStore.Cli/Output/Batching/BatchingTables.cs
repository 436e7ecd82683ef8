using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using MetaStore.Protocol.V1;
using BatchSettings = MetaStore.Protocol.V1.BatchSettings;

namespace MetaStore.Cli.Output.Batching;

/// <summary>Members as rows, and settings as rows, for <c>-w table</c>.</summary>
internal static class BatchingTables
{
    public static string[] MemberColumns { get; } = ["ENDPOINT", "MODE", "SIZE", "TIMEOUT", "LOAD", "PER SEC", "PER BATCH"];

    public static string[] ChangeColumns { get; } = ["ENDPOINT", "BATCHING"];

    /// <summary>The state of a member. Proposals per batch are since the last change, or since the start where the member does not report that.</summary>
    public static string[] Member(BatchingReport report)
    {
        var (settings, stats) = (report.Answer!.Settings, report.Answer.Stats);
        var perBatch = stats.SinceChange is { } change ? Figures.Per(change.Proposals, change.Batches) : Figures.Per(stats.TotalProposals, stats.TotalBatches);
        return
        [
            report.Endpoint, ModeNames.Of(settings), $"{stats.CurrentBatchSize}", Figures.Time(stats.CurrentTimeoutUs), SettingLines.Load(stats), Figures.Number(stats.Throughput), perBatch,
        ];
    }

    /// <summary>The settings that the members' policies use: one column when all are the same, else one per member, empty where a policy does not use it.</summary>
    public static (string[] Columns, IEnumerable<string[]> Rows) Settings(IReadOnlyList<BatchingReport> reports)
    {
        string[][] rows = [.. BatchSettingTable.All.Select(setting => (string[])[setting.Key, .. reports.Select(report => Text(report.Answer!.Settings, setting))])
            .Where(row => row[1..].Any(value => value.Length > 0))];
        return rows.All(row => row[1..].Distinct(StringComparer.Ordinal).Count() == 1)
            ? (["SETTING", reports.Count == 1 ? "VALUE" : "EVERY MEMBER"], rows.Select(row => row[..2]))
            : (["SETTING", .. reports.Select(report => report.Endpoint)], rows);
    }

    private static string Text(BatchSettings settings, BatchSetting setting) =>
        setting.ReadBy.Contains((BatchPolicyKind)(int)settings.Policy) && BatchSettingMessage.Read(settings, setting) is { } value ? setting.Text(value) : string.Empty;
}
