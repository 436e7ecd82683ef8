using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>On the leader: promotes a learner once it has caught up (<c>--auto-promote-learners</c>). etcd leaves that to an operator.</summary>
/// <remarks>The conditions are those of MemberPromote. A learner that has not announced its name has not started and is left alone.</remarks>
internal sealed class LearnerPromotion(MemberStore members, MembershipChanges changes, LeadershipState leadership, PromotionCounts counts, ServerLog log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Promotes until <paramref name="stop"/> fires.</summary>
    public Task RunAsync(CancellationToken stop) =>
        SupervisedLoop.EveryAsync("promotion of learners", Interval, PromoteAsync, log.Logger, TimeProvider.System, stop);

    private async Task PromoteAsync(CancellationToken stop)
    {
        if (leadership.LeadingTerm == 0)
        {
            return;
        }

        foreach (MemberRecord learner in members.Members.Where(member => member.IsLearner && member.Name.Length > 0))
        {
            stop.ThrowIfCancellationRequested();
            if (changes.HasTheLog(learner.Id) && counts.Count(await changes.PromoteAsync(learner.Id)) == ServerError.None)
            {
                log.LearnerPromoted(learner.Id, learner.Name);
            }
        }
    }
}
