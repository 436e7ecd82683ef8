using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Services.Mapping;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Promotions of learners that this member, leading, was asked for. Any thread.</summary>
internal sealed class PromotionCounts
{
    private readonly LabelledCounts _failures = new("etcd_server_learner_promote_failures", "Learners that were not made voters, by the reason.");
    private long _successes;

    /// <summary>Counts an outcome and hands it on.</summary>
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

    /// <summary>Adds them to the page.</summary>
    public void Write(MetricFamilies text)
    {
        text.Single("etcd_server_learner_promote_successes", "counter", "Learners that were made voters while this member led.", Volatile.Read(ref _successes));
        _failures.Write(text);
    }
}
