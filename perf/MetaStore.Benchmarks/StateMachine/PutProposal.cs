using MetaStore.Batching;
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

/// <summary>Encodes a put for the batcher.</summary>
internal readonly struct PutEncoder(PutCommand command) : ICommandEncoder
{
    public int Size => command.Size;

    public void Write(Span<byte> target) => command.Write(target);
}
