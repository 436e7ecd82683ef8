using MetaStore.Batching.Admission;

namespace MetaStore.Batching.Tests;

/// <summary>A command of a test, which encodes itself.</summary>
internal interface IFakeCommand
{
    int Size { get; }

    void Write(Span<byte> target);
}

/// <summary>Enqueues commands of tests as the server enqueues its own.</summary>
internal static class FakeEncoding
{
    public static ProposalAdmissionResult Enqueue<TCommand>(this ProposalBatcher batcher, TCommand command, IProposalWaiter waiter)
        where TCommand : IFakeCommand =>
        batcher.Enqueue(command.Size, command, static (target, command) => command.Write(target), waiter);
}
