using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Maintenance;

/// <summary>Compacts automatically according to a rule, while this member leads.</summary>
internal sealed class AutoCompactor(
    IRetentionPolicy rule, Func<long> revision, LeadershipState leadership, Func<long, Task<ProposalOutcome>> compact, ServerLog log, TimeProvider time)
{
    /// <summary>Runs until <paramref name="stop"/> is cancelled. A compaction that fails in any way is logged and retried at the next check.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        long began = time.GetTimestamp();
        rule.Observe(revision(), TimeSpan.Zero);
        return SupervisedLoop.EveryAsync(
            "auto-compaction", rule.Interval, _ => TurnAsync(time.GetElapsedTime(began)), log.Logger, time, stop);
    }

    /// <summary>Compacts if due, and records the revision.</summary>
    /// <param name="now">Time since the rule was started.</param>
    public async Task TurnAsync(TimeSpan now)
    {
        if (leadership.LeadingTerm != 0 && rule.Due(now) is { } due)
        {
            await CompactAsync(due, now);
        }

        rule.Observe(revision(), now);
    }

    private async Task CompactAsync(long due, TimeSpan now)
    {
        ProposalOutcome outcome = await compact(due);
        if (outcome.Error != ServerError.None || outcome.Result.Error is not (ErrorCode.None or ErrorCode.Compacted))
        {
            log.AutoCompactionFailed(due, outcome.Error != ServerError.None ? outcome.Error.ToString() : outcome.Result.Error.ToString());
            return;
        }

        rule.Compacted(due, now);
        log.AutoCompacted(due, rule.ToString()!);
    }
}
