namespace MetaStore.Batching.Tests.Allocation;

/// <summary>A command without content; its encoder allocates nothing, like those of the server.</summary>
internal readonly struct SmallCommand(int size) : IFakeCommand
{
    public const int BytesMin = 8;

    public int Size => size;

    public void Write(Span<byte> target) => target.Fill((byte)size);
}

/// <summary>A waiter that must not be dropped, except when the batcher stops.</summary>
internal sealed class SilentWaiter : IProposalWaiter
{
    public void Fail(ProposalFailure reason)
    {
        if (reason != ProposalFailure.Stopped)
        {
            throw new InvalidOperationException($"dropped: {reason}");
        }
    }
}
