using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Tests.Allocation;

/// <summary>Decoding allocates nothing, or one array for compressed entries; compressing allocates the compressed bytes.</summary>
public sealed class CodecAllocationTests
{
    private const int Rounds = 200;

    // Header and length of an array, and a share of the occasional allocations of the shared array pool.
    private const int ArrayOverhead = 128;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Decode_Plain_AllocatesNothing(int count)
    {
        ReadOnlyMemory<byte> entry = BatchCodec.Encode(1, 1, Commands(count));
        Assert.Equal(0, PerRound(() => Walk(entry)));
    }

    [Theory]
    [InlineData(BatchCompression.Gzip, 1000)]
    [InlineData(BatchCompression.Snappy, 300)]
    [InlineData(BatchCompression.Lz4, 0)]
    [InlineData(BatchCompression.Zstd, 0)]
    public void Decode_Compressed_AllocatesThePayloadAndWhatTheLibraryNeeds(BatchCompression compression, int library)
    {
        foreach (int count in new[] { 10, 1000 })
        {
            IReadOnlyList<ReadOnlyMemory<byte>> commands = Commands(count);
            ReadOnlyMemory<byte> entry = BatchCodec.Encode(1, 1, commands, compression);
            Assert.Equal((byte)compression, entry.Span[2]);
            long payload = commands.Sum(command => command.Length + BatchFormat.LengthBytes);
            Assert.InRange(PerRound(() => Walk(entry)), payload, payload + ArrayOverhead + library);
        }
    }

    [Theory]
    [InlineData(BatchCompression.Gzip, 1000)]
    [InlineData(BatchCompression.Snappy, 300)]
    [InlineData(BatchCompression.Lz4, 0)]
    [InlineData(BatchCompression.Zstd, 0)]
    public void Compress_AllocatesTheEntryAndWhatTheLibraryNeeds(BatchCompression compression, int library)
    {
        foreach (int count in new[] { 10, 1000 })
        {
            ReadOnlyMemory<byte> plain = BatchCodec.Encode(1, 1, Commands(count));
            int packed = BatchCodec.Compress(plain, compression, compressionMinBytes: 0).Length;
            Assert.True(packed < plain.Length);
            Assert.InRange(PerRound(() => BatchCodec.Compress(plain, compression, compressionMinBytes: 0)), packed, packed + ArrayOverhead + library);
        }
    }

    [Theory]
    [InlineData(BatchCompression.Gzip, 1000)]
    [InlineData(BatchCompression.Snappy, 300)]
    [InlineData(BatchCompression.Lz4, 0)]
    [InlineData(BatchCompression.Zstd, 0)]
    public void Compress_WhatDoesNotShrink_AllocatesOnlyWhatTheLibraryNeeds(BatchCompression compression, int library)
    {
        byte[] noise = new byte[10_000];
        new Random(1).NextBytes(noise);
        ReadOnlyMemory<byte> plain = BatchCodec.Encode(1, 1, [noise, noise.AsMemory(0, 5000).ToArray().Reverse().ToArray()]);
        Assert.Equal(plain, BatchCodec.Compress(plain, compression, compressionMinBytes: 0));
        Assert.InRange(PerRound(() => BatchCodec.Compress(plain, compression, compressionMinBytes: 0)), 0, ArrayOverhead + library);
    }

    private static int Walk(ReadOnlyMemory<byte> entry)
    {
        int bytes = 0;
        foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(entry))
        {
            bytes += command.Length;
        }

        return bytes;
    }

    private static ReadOnlyMemory<byte>[] Commands(int count) =>
        [.. Enumerable.Range(0, count).Select(number => (ReadOnlyMemory<byte>)System.Text.Encoding.ASCII.GetBytes($"/registry/pods/default/pod-{number:d8} Running, not ready"))];

    private static long PerRound<T>(Func<T> action)
    {
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        void Run()
        {
            for (int round = 0; round < Rounds; round++)
            {
                action();
            }
        }
    }
}
