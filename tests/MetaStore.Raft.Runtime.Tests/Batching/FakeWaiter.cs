using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Raft.Runtime.Tests.Batching;

internal sealed class FakeWaiter : IProposalWaiter
{
    public List<ProposalFailure> Drops { get; } = [];

    public void OnDropped(ProposalFailure reason) => Drops.Add(reason);
}
