using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Learner promotions requested from this member as the leader. Any thread.</summary>
internal sealed class PromotionCounts
{
    private readonly LabelledCounts _failures = new("etcd_server_learner_promote_failures", "Failed learner promotions, by reason.");
    private long _successes;

    /// <summary>Counts an outcome and returns it.</summary>
    public ServerError Count(ServerError outcome)
    {
        if (outcome == ServerError.None)
        {
            Interlocked.Increment(ref _successes);
        }
        else if (outcome != ServerError.NotLeader)
        {
            _failures.Add($"Reason=\"{StatusMap.Of(outcome).Detail}\"");
        }

        return outcome;
    }

    /// <summary>Adds the metrics to the page.</summary>
    public void Write(MetricFamilies text)
    {
        text.Single("etcd_server_learner_promote_successes", "counter", "Successful learner promotions by this member as the leader.", Volatile.Read(ref _successes));
        _failures.Write(text);
    }
}
