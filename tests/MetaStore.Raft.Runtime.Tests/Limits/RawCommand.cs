using MetaStore.Batching.Tests;

namespace MetaStore.Raft.Runtime.Tests.Limits;

/// <summary>A command with arbitrary bytes.</summary>
internal readonly struct RawCommand(byte[] bytes) : IFakeCommand
{
    public int Size => bytes.Length;

    public void Write(Span<byte> target) => bytes.CopyTo(target);

    /// <summary>Bytes that cannot be compressed, or that compress well.</summary>
    public static byte[] Bytes(int size, bool random, int seed = 1)
    {
        byte[] bytes = new byte[size];
        if (random)
        {
            new Random(seed).NextBytes(bytes);
        }

        return bytes;
    }
}
