using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime;

/// <summary>For hosts whose commands have no format that could be wrong.</summary>
public sealed class AnyProposal : IProposalCheck
{
    /// <summary>The only one.</summary>
    public static AnyProposal Instance { get; } = new();

    /// <inheritdoc/>
    public string? Fault(ulong from, in Entry entry) => null;
}
