using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Server.Tests.Observability.Metrics;

public sealed class StoreMetricsTests : IDisposable
{
    private readonly AppliedState _state = new();
    private readonly StoreMetrics _metrics;

    public StoreMetricsTests() =>
        _metrics = new StoreMetrics(_state.Machine, new ApplyMetrics(new SlowApplies(new ListLogger(), TimeSpan.MaxValue)), new MaintenanceMetrics());

    public void Dispose() => _state.Dispose();

    [Fact]
    public void RevisionsAndKeys_FollowTheState()
    {
        _state.Apply(new PutCommand { Key = "a"u8.ToArray(), Value = "1"u8.ToArray() });
        _state.Apply(new PutCommand { Key = "a"u8.ToArray(), Value = "2"u8.ToArray() });
        _state.Apply(new PutCommand { Key = "b"u8.ToArray(), Value = "3"u8.ToArray() });
        _state.Apply(new CompactCommand { Revision = 3 });
        Assert.Equal((4, 3, 2), (Shown("etcd_debugging_mvcc_current_revision"), Shown("etcd_debugging_mvcc_compact_revision"), Shown("etcd_debugging_mvcc_keys_total")));
        Assert.Equal((3, 3), (Shown("etcd_mvcc_put_total"), Shown("etcd_debugging_mvcc_put_total")));
        Assert.Equal(0, Shown("etcd_mvcc_db_open_read_transactions"));
        using (_state.Machine.Reader.OpenRead())
        {
            Assert.Equal(1, Shown("etcd_mvcc_db_open_read_transactions"));
        }
    }

    [Fact]
    public void Alarms_AreThereOnlyWhileTheyAreRaised()
    {
        Assert.DoesNotContain(ShownMetrics.Of(_metrics.Write), line => line.StartsWith("etcd_debugging_server_alarms", StringComparison.Ordinal));
        _state.Raise(AlarmKind.NoSpace, 0xa);
        _state.Raise(AlarmKind.Corrupt, 0xb);
        Assert.Equal(
            ["etcd_debugging_server_alarms{server_id=\"a\",alarm_type=\"NOSPACE\"} 1", "etcd_debugging_server_alarms{server_id=\"b\",alarm_type=\"CORRUPT\"} 1"],
            ShownMetrics.Of(_metrics.Write).Where(line => line.StartsWith("etcd_debugging_server_alarms", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private double Shown(string series) => ShownMetrics.Value(_metrics.Write, series);
}
