using System.Buffers.Binary;

namespace MetaStore.Batching.Tests;

/// <summary>A command with its producer's number, its own number, and padding.</summary>
internal readonly struct TestCommand(int producer, int number, int size = TestCommand.BytesMin) : IFakeCommand
{
    public const int BytesMin = 8;

    public int Size => size;

    public static (int Producer, int Number) Read(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));

    public void Write(Span<byte> target)
    {
        Assert.Equal(size, target.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target, producer);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], number);
        target[BytesMin..].Fill((byte)number);
    }
}
