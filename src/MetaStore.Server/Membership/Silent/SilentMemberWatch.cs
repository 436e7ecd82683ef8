using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Observability.Logging;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership.Silent;

/// <summary>Logs once that a member has become silent, with what to type to replace it: on the leader, and on a member that knows no leader.</summary>
internal sealed class SilentMemberWatch(SilentMembers silent, LeadershipState leadership, ServerLog log)
{
    private readonly HashSet<ulong> _unlogged = [];

    /// <summary>Looks until <paramref name="stop"/> fires.</summary>
    public Task RunAsync(CancellationToken stop) =>
        SupervisedLoop.EveryAsync("looking for silent members", SilentMembers.Interval, LookAsync, log.Logger, TimeProvider.System, stop);

    /// <summary>Looks once. A member that began to be silent while the leader that should log it was silent too is logged when a leader is known that is not.</summary>
    internal Task LookAsync(CancellationToken stop)
    {
        (IReadOnlyList<SilentMember> begun, IReadOnlyList<MemberRecord> ended) = silent.Look();
        _unlogged.UnionWith(begun.Select(member => member.Member.Id));
        IReadOnlyList<SilentMember> now = silent.Silent;
        if (now.Any(member => member.Member.Id == leadership.Leader))
        {
            return Task.CompletedTask;
        }

        if (leadership.LeadingTerm != 0 || leadership.Leader == 0)
        {
            foreach (SilentMember member in now.Where(member => _unlogged.Contains(member.Member.Id)))
            {
                log.MemberSilent(member.Member.Id, member.Member.Name, member.SilentFor, member.Commands, member.Refusal is { } why ? $"It cannot be replaced now: {why}" : "A quorum permits it now.");
            }

            foreach (MemberRecord member in ended)
            {
                log.MemberHeardAgain(member.Id, member.Name);
            }
        }

        _unlogged.Clear();
        return Task.CompletedTask;
    }
}
