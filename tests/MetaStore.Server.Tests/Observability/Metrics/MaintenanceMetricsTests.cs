using System.Diagnostics;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Metrics;

public sealed class MaintenanceMetricsTests
{
    private readonly MaintenanceMetrics _metrics = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Defragmentations_InProgress_AreShownAsOne_UntilTheLastHasEnded()
    {
        long first = _metrics.BeginDefrag();
        long second = _metrics.BeginDefrag();
        Assert.Equal(1, Shown("etcd_disk_defrag_inflight"));
        _metrics.EndDefrag(first);
        Assert.Equal((1, 1), (Shown("etcd_disk_defrag_inflight"), Shown("etcd_disk_backend_defrag_duration_seconds_count")));
        _metrics.EndDefrag(second);
        Assert.Equal((0, 2), (Shown("etcd_disk_defrag_inflight"), Shown("etcd_disk_backend_defrag_duration_seconds_count")));
    }

    [Fact]
    public void EachKindOfWork_HasItsOwnHistogram()
    {
        long now = Stopwatch.GetTimestamp();
        _metrics.OnHash(now);
        _metrics.OnHashRev(now);
        _metrics.OnHashRev(now);
        _metrics.OnSnapshot(now - (3 * Stopwatch.Frequency));
        Assert.Equal((1, 2, 1), (Shown("etcd_mvcc_hash_duration_seconds_count"), Shown("etcd_mvcc_hash_rev_duration_seconds_count"), Shown("etcd_disk_backend_snapshot_duration_seconds_count")));
        Assert.InRange(Shown("etcd_disk_backend_snapshot_duration_seconds_sum"), 3, 60);
    }

    /// <summary>A compaction takes several steps: each is a pause, and all together are one compaction.</summary>
    [Fact]
    public void Compaction_StepsArePauses_AndTheLastOneEndsIt()
    {
        var compaction = new CompactionMetrics(_time);
        long begun = Stopwatch.GetTimestamp() - (10 * Stopwatch.Frequency);
        compaction.OnStep(begun, isLast: false);
        Assert.Equal((1, 0, 0), Counts(compaction));
        Assert.Equal(0, LastOf(compaction));
        compaction.OnStep(Stopwatch.GetTimestamp(), isLast: true);
        Assert.Equal((2, 1, 42), Counts(compaction, records: 42));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), LastOf(compaction));

        // From the begin of the first step, in milliseconds.
        const string total = "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_sum";
        Assert.InRange(Value(compaction, total), 10_000, 60_000);
        compaction.OnStep(Stopwatch.GetTimestamp(), isLast: true);
        Assert.InRange(Value(compaction, total), 10_000, 60_000);
        Assert.Equal((3, 2, 0), Counts(compaction));
    }

    [Fact]
    public void Apply_WorkedAndRefused_AreTwoSeries_NamedAsInEtcd()
    {
        var apply = new ApplyMetrics(new MetaStore.Server.Observability.Stages.SlowApplies(new Nodes.ListLogger(), TimeSpan.MaxValue));
        apply.OnApplied(default, new StateMachine.Commands.CommandResult { Kind = StateMachine.Commands.CommandKind.TokenIssue }, TimeSpan.FromSeconds(1));
        apply.OnApplied(default, new StateMachine.Commands.CommandResult { Kind = StateMachine.Commands.CommandKind.Compact, Error = StateMachine.Commands.ErrorCode.Compacted }, TimeSpan.FromSeconds(1));
        string[] shown = ShownMetrics.Of(apply.Write);
        Assert.Contains("etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Authenticate\",success=\"true\"} 1", shown);
        Assert.Contains("etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Compaction\",success=\"false\"} 1", shown);
        Assert.Equal(2, shown.Count(line => line.StartsWith("etcd_server_apply_duration_seconds_count", StringComparison.Ordinal)));
    }

    private static (double Pauses, double Totals, double Records) Counts(CompactionMetrics compaction, long records = 0) => (
        ShownMetrics.Value(text => compaction.Write(text, records), "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds_count"),
        ShownMetrics.Value(text => compaction.Write(text, records), "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count"),
        ShownMetrics.Value(text => compaction.Write(text, records), "etcd_debugging_mvcc_db_compaction_keys_total"));

    private static double LastOf(CompactionMetrics compaction) => Value(compaction, "etcd_debugging_mvcc_db_compaction_last");

    private static double Value(CompactionMetrics compaction, string series) => ShownMetrics.Value(text => compaction.Write(text, 0), series);

    private double Shown(string series) => ShownMetrics.Value(_metrics.Write, series);
}
