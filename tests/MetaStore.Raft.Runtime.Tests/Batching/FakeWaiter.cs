using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Raft.Runtime.Tests.Batching;

internal sealed class FakeWaiter : IProposalWaiter
{
    public List<ProposalDrop> Drops { get; } = [];

    public void OnDropped(ProposalDrop reason) => Drops.Add(reason);
}
