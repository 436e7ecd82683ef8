namespace MetaStore.Batching.Tests;

internal sealed class FakeWaiter : IProposalWaiter
{
    public List<ProposalFailure> Drops { get; } = [];

    public void Fail(ProposalFailure reason) => Drops.Add(reason);
}
