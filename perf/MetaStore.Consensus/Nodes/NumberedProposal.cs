using MetaStore.Raft;
using MetaStore.Raft.Proposals;

namespace MetaStore.Consensus.Nodes;

/// <summary>One entry, which is not acknowledged unless this member's core appended it.</summary>
internal sealed class NumberedProposal(MetaStoreHost host, long id, ReadOnlyMemory<byte> data) : Proposal
{
    public override ReadOnlyMemory<byte> Data => data;

    public override void OnProposed(ulong term, ProposeOutcome outcome)
    {
        if (outcome != ProposeOutcome.Appended)
        {
            host.GiveUp(id);
        }
    }
}
