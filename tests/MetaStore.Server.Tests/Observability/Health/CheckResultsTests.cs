using MetaStore.Server.Observability.Health;
using MetaStore.Server.Tests.Observability.Metrics;

namespace MetaStore.Server.Tests.Observability.Health;

public sealed class CheckResultsTests
{
    private readonly CheckResults _results = new();

    [Fact]
    public void Write_OnlyOfChecksThatHaveRun_TheLastResultAndBothCounts()
    {
        Assert.Empty(ShownMetrics.Of(_results.Write));
        _results.Add("readyz", "non_learner", passed: true);
        _results.Add("readyz", "non_learner", passed: true);
        _results.Add("readyz", "non_learner", passed: false);
        _results.Add("livez", "serializable_read", passed: true);
        Assert.Equal(
            [
                "etcd_server_healthcheck{type=\"livez\",name=\"serializable_read\"} 1",
                "etcd_server_healthcheck{type=\"readyz\",name=\"non_learner\"} 0",
                "etcd_server_healthchecks_total{type=\"livez\",name=\"serializable_read\",status=\"success\"} 1",
                "etcd_server_healthchecks_total{type=\"livez\",name=\"serializable_read\",status=\"error\"} 0",
                "etcd_server_healthchecks_total{type=\"readyz\",name=\"non_learner\",status=\"success\"} 2",
                "etcd_server_healthchecks_total{type=\"readyz\",name=\"non_learner\",status=\"error\"} 1",
            ],
            ShownMetrics.Of(_results.Write));
    }

    [Fact]
    public async Task Add_FromManyThreads_LosesNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                _results.Add("livez", "serializable_read", passed: thread % 2 == 0);
            }
        })));
        Assert.Equal(2000, ShownMetrics.Value(_results.Write, "etcd_server_healthchecks_total{type=\"livez\",name=\"serializable_read\",status=\"success\"}"));
        Assert.Equal(2000, ShownMetrics.Value(_results.Write, "etcd_server_healthchecks_total{type=\"livez\",name=\"serializable_read\",status=\"error\"}"));
    }
}
