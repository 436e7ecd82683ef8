using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.Benchmarks.StateMachine;

/// <summary>The put every benchmark uses: a key of 24 bytes, a value of 256.</summary>
internal static class PutProposal
{
    public const int ValueBytes = 256;

    /// <summary>A put of key <paramref name="number"/>.</summary>
    public static PutCommand Command(int number) => Command(number, ValueBytes);

    /// <summary>A put of key <paramref name="number"/> with a value of so many bytes.</summary>
    public static PutCommand Command(int number, int valueBytes) => new() { Key = Key(number), Value = new byte[valueBytes] };

    /// <summary>The key itself.</summary>
    public static byte[] Key(int number) => System.Text.Encoding.ASCII.GetBytes($"bench/{number:d18}");

    /// <summary>The command as a log entry.</summary>
    public static byte[] Encoded(int number)
    {
        var command = Command(number);
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}

/// <summary>Enqueues a put as the server does.</summary>
internal static class PutEnqueuing
{
    public static ProposalAdmissionResult Enqueue(this ProposalBatcher batcher, in PutCommand command, IProposalWaiter waiter) =>
        batcher.Enqueue(command.Size, command, static (target, command) => command.Write(target), waiter);
}
