using MetaStore.Server.Observability.Metrics;

namespace MetaStore.Server.Tests.Observability.Metrics;

public sealed class PromotionCountsTests
{
    private readonly PromotionCounts _counts = new();

    [Fact]
    public void Count_GivesTheOutcomeBack_AndCountsFailuresByTheirText()
    {
        Assert.Equal(ServerError.None, _counts.Count(ServerError.None));
        Assert.Equal(ServerError.MemberNotFound, _counts.Count(ServerError.MemberNotFound));
        _counts.Count(ServerError.MemberNotFound);
        Assert.Equal(
            ["etcd_server_learner_promote_successes 1", "etcd_server_learner_promote_failures{Reason=\"etcdserver: member not found\"} 2"], ShownMetrics.Of(_counts.Write));
    }

    /// <summary>A follower forwards: only the leader's outcome counts.</summary>
    [Fact]
    public void Count_NotTheLeader_IsNoOutcome()
    {
        Assert.Equal(ServerError.NotLeader, _counts.Count(ServerError.NotLeader));
        Assert.Equal(["etcd_server_learner_promote_successes 0"], ShownMetrics.Of(_counts.Write));
    }
}
