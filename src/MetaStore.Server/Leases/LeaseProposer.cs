using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Leases.Expiry;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Leases;

namespace MetaStore.Server.Leases;

/// <summary>Leadership by ReadIndex, expiry and checkpoints by proposal.</summary>
/// <param name="leadership">Of this member.</param>
/// <param name="reads">Confirms leadership.</param>
/// <param name="proposer">Proposes expiries and checkpoints.</param>
/// <param name="comparesEpochs">See <see cref="ILeaseProposer.ComparesEpochs"/>.</param>
internal sealed class LeaseProposer(LeadershipState leadership, ReadDispatcher reads, Proposer proposer, Func<bool> comparesEpochs) : ILeaseProposer
{
    /// <inheritdoc/>
    public ulong LeadingTerm => leadership.LeadingTerm;

    /// <inheritdoc/>
    public bool ComparesEpochs => comparesEpochs();

    /// <inheritdoc/>
    /// <remarks>A follower's ReadIndex is confirmed too, by the leader: hence the second check of the term.</remarks>
    public async ValueTask<bool> ConfirmAsync(ulong term) =>
        await reads.ConfirmAsync() == ServerError.None && leadership.LeadingTerm == term;

    /// <inheritdoc/>
    public async ValueTask<ExpiryOutcome> ExpireAsync(ExpiredLease lease, ulong term)
    {
        ProposalOutcome outcome = await proposer.ProposeAsync(new LeaseExpireCommand { Id = lease.Id, Term = term, Epoch = lease.Epoch }, call: null);
        return outcome.Error switch
        {
            ServerError.None when outcome.Result.Error == ErrorCode.None => ExpiryOutcome.Removed,
            ServerError.NoCredit => ExpiryOutcome.NotProposed,
            _ => ExpiryOutcome.Unknown,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RecordAsync(IReadOnlyList<LeaseCheckpoint> checkpoints, ulong term)
    {
        ProposalOutcome outcome = await proposer.ProposeAsync(new LeaseCheckpointCommand { Checkpoints = checkpoints, Term = term }, call: null);
        return outcome.Error == ServerError.None && outcome.Result.Error == ErrorCode.None;
    }
}
