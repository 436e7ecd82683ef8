using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>Accepts every proposal; for hosts whose commands cannot be malformed.</summary>
public sealed class AnyProposal : IProposalCheck
{
    /// <summary>The only instance.</summary>
    public static AnyProposal Instance { get; } = new();

    /// <inheritdoc/>
    public string? Fault(ulong from, in Entry entry) => null;
}
