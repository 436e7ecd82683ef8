using MetaStore.Batching;

namespace MetaStore.Raft.Runtime.Tests.Limits;

/// <summary>A command of any bytes.</summary>
internal readonly struct RawCommand(byte[] bytes) : ICommandEncoder
{
    public int Size => bytes.Length;

    public void Write(Span<byte> target) => bytes.CopyTo(target);

    /// <summary>So many bytes that no compression makes smaller, or that every compression does.</summary>
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
