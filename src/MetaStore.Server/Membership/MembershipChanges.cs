using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Reads;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Membership;

/// <summary>Validates membership changes and proposes them, one at a time. Runs on the leader.</summary>
/// <remarks>
/// A change is validated against records that contain everything committed before, and is proposed only by the leader of the same term while no
/// other change is in progress: none can take effect between validation and proposal. An error other than <see cref="ServerError.Timeout"/> means
/// that nothing was proposed.
/// </remarks>
internal sealed class MembershipChanges(
    RaftNode node, MemberStore members, ReadDispatcher reads, LeadershipState leadership, PeerConnections connections, RecentContact contact, ConfChangeWaiter applied,
    MembershipSettings settings) : IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Adds a member that has not started yet.</summary>
    /// <param name="peerUrls">Validated and sorted.</param>
    /// <param name="asLearner">True adds it without a vote.</param>
    /// <returns>The record, when there is no error.</returns>
    public async Task<(ServerError Error, MemberRecord? Member)> AddAsync(string[] peerUrls, bool asLearner)
    {
        var member = new MemberRecord { Id = MemberIds.OfAdded(peerUrls, settings.Time.GetUtcNow().ToUnixTimeSeconds()), PeerUrls = peerUrls, IsLearner = asLearner };
        ServerError error = await OneAtATimeAsync(
            () => JudgeAdd(member),
            asLearner ? ConfChangeType.AddLearner : ConfChangeType.AddVoter,
            member.Id,
            new MemberUpsertCommand { Member = member });
        return (error, error == ServerError.None ? member : null);
    }

    /// <summary>Makes a learner a voter, if it is connected and has nine tenths of the log.</summary>
    public async Task<ServerError> PromoteAsync(ulong id)
    {
        await contact.WaitAsync(() => !HasTheLog(id) || IsActive(id));
        return await OneAtATimeAsync(() => JudgePromote(id), ConfChangeType.AddVoter, id, new MemberPromoteCommand { Id = id });
    }

    /// <summary>True when a member is known to have nine tenths of the log, to this member as the leader.</summary>
    public bool HasTheLog(ulong id)
    {
        IReadOnlyList<FollowerStatus> followers = node.Status.Followers;
        ulong own = Find(node.NodeId)?.Match ?? ulong.MaxValue;
        return Find(id) is { } member && member.Match >= own * 0.9;

        FollowerStatus? Find(ulong wanted) => followers.FirstOrDefault(follower => follower.NodeId == wanted);
    }

    /// <summary>Changes a member's peer URLs; its vote is unchanged.</summary>
    public Task<ServerError> UpdateAsync(ulong id, string[] peerUrls) => OneAtATimeAsync(
        () => members.Find(id) is null ? ServerError.MemberNotFound
            : UsesAnyOf(peerUrls, except: id) ? ServerError.PeerUrlsExist
            : ServerError.None,
        ConfChangeType.Update,
        id,
        new MemberPeerUrlsCommand { Id = id, PeerUrls = peerUrls });

    /// <summary>Removes a member. A leader that removes itself transfers leadership first.</summary>
    /// <returns><see cref="ServerError.NotLeader"/> when it did: the new leader must be asked.</returns>
    /// <remarks>
    /// A leader that removed itself would leave before the others know that the removal is committed, and two members could wait for the vote of
    /// the removed one.
    /// </remarks>
    public async Task<ServerError> RemoveAsync(ulong id)
    {
        if (id != node.NodeId)
        {
            return await OneAtATimeAsync(() => JudgeRemove(id), ConfChangeType.Remove, id, new MemberRemoveCommand { Id = id });
        }

        ServerError error = JudgeRemove(id);
        return error == ServerError.None ? await StepAsideAsync() : error;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<ServerError> OneAtATimeAsync<TCommand>(Func<ServerError> judge, ConfChangeType type, ulong id, TCommand record)
        where TCommand : ICommand
    {
        await _one.WaitAsync();
        try
        {
            ulong term = leadership.LeadingTerm;
            if (term == 0)
            {
                return ServerError.NotLeader;
            }

            var change = new ConfChange([new ConfChangeStep(type, id)], Joint: false, CommandFormat.Encode(record));
            using ConfChangeWaiter.Expectation expected = applied.Expect(change);
            long deadline = Environment.TickCount64 + (long)settings.Patience.TotalMilliseconds;
            while (true)
            {
                // Everything committed by earlier leaders is applied after this, so the change is validated against the newest records.
                ServerError error = await reads.ConfirmAsync();
                error = error == ServerError.None ? judge() : error == ServerError.LeaderChanged ? ServerError.NotLeader : error;
                if (error != ServerError.None)
                {
                    return error;
                }

                switch (await node.ProposeConfChangeAsync(change, term))
                {
                    case ProposeOutcome.Appended:
                        return await expected.WaitAsync(settings.Patience) ? ServerError.None : ServerError.Timeout;
                    case ProposeOutcome.Removed:
                        return ServerError.Stopped;
                    case ProposeOutcome.NoLeader:
                        return ServerError.NotLeader;
                    case ProposeOutcome.ConfChangeInvalid:
                        return ServerError.Unhealthy;
                }

                // Another change is in progress, and it may affect the validation.
                if (Environment.TickCount64 >= deadline)
                {
                    return ServerError.Unhealthy;
                }

                await Task.Delay(RetryPause);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<ServerError> StepAsideAsync()
    {
        if (await contact.SuccessorAsync() is not { } successor)
        {
            return ServerError.Unhealthy;
        }

        node.TransferLeader(successor.NodeId);
        long deadline = Environment.TickCount64 + (long)settings.TransferPatience.TotalMilliseconds;
        while (leadership.LeadingTerm != 0)
        {
            if (Environment.TickCount64 >= deadline)
            {
                return ServerError.TimeoutLeaderTransfer;
            }

            await leadership.WaitForChangeAsync(RetryPause);
        }

        return ServerError.NotLeader;
    }

    private ServerError JudgePromote(ulong id) => members.Find(id) switch
    {
        null => ServerError.MemberNotFound,
        // As in etcd, the log is checked before the member's being a learner.
        _ when !HasTheLog(id) => ServerError.LearnerNotReady,
        { IsLearner: false } => ServerError.NotLearner,
        _ when !IsActive(id) => ServerError.LearnerNotReady,
        _ => settings.Strict ? ReconfigurationRules.MayPromote(members.Members) : ServerError.None,
    };

    private ServerError JudgeAdd(MemberRecord member)
    {
        ServerError error = settings.Strict ? ReconfigurationRules.MayAdd(members.Members, member.IsLearner, connections.IsReached) : ServerError.None;
        return error != ServerError.None ? error
            : members.Find(member.Id) is not null || members.IsRemoved(member.Id) ? ServerError.MemberExists
            : UsesAnyOf(member.PeerUrls, except: 0) ? ServerError.PeerUrlsExist
            : member.IsLearner && members.Members.Count(other => other.IsLearner) >= settings.MaxLearners ? ServerError.TooManyLearners
            : ServerError.None;
    }

    private ServerError JudgeRemove(ulong id)
    {
        ServerError error = settings.Strict
            ? ReconfigurationRules.MayRemove(members.Members, id, connections.IsActive(id), connections.IsReached)
            : !members.Members.Any(member => !member.IsLearner && member.Id != id) ? ServerError.NotEnoughStartedMembers
            : ServerError.None;
        return error == ServerError.None && members.Find(id) is null ? ServerError.MemberNotFound : error;
    }

    private bool IsActive(ulong id) =>
        contact.IsActive(id) && connections.IsActive(id);

    private bool UsesAnyOf(IReadOnlyList<string> urls, ulong except) =>
        members.Members.Any(member => member.Id != except && member.PeerUrls.Intersect(urls, StringComparer.Ordinal).Any());
}
