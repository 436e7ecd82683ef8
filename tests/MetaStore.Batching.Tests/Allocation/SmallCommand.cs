namespace MetaStore.Batching.Tests.Allocation;

/// <summary>A command without content; its encoder allocates nothing, as those of the server.</summary>
internal readonly struct SmallCommand(int size) : ICommandEncoder
{
    public const int BytesMin = 8;

    public int Size => size;

    public void Write(Span<byte> target) => target.Fill((byte)size);
}

/// <summary>Waits for nothing and must not be dropped, unless the batcher ends.</summary>
internal sealed class SilentWaiter : IProposalWaiter
{
    public void OnDropped(ProposalFailure reason)
    {
        if (reason != ProposalFailure.Stopped)
        {
            throw new InvalidOperationException($"dropped: {reason}");
        }
    }
}
