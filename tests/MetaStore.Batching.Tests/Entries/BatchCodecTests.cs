using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Tests.Entries;

public sealed class BatchCodecTests
{
    public static TheoryData<BatchCompression> Compressions => [.. Enum.GetValues<BatchCompression>()];

    [Fact]
    public void Encode_One_StandsAloneWithoutWrapper()
    {
        byte[] data = BatchCodec.Encode(0x0102, 0x0304, [new byte[] { 9, 8, 7 }]);
        Assert.Equal(Convert.FromHexString("50010201000000000000" + "0403000000000000" + "090807"), data);
        Assert.False(BatchCodec.IsBatch(data));
        BatchReader batch = BatchCodec.Decode(data);
        Assert.Equal((0x0102UL, 0x0304UL, 1), (batch.MemberId, batch.FirstId, batch.Count));
        Assert.Equal([new byte[] { 9, 8, 7 }], Commands(batch));
    }

    [Fact]
    public void Encode_Two_AreWrappedByteByByte()
    {
        byte[] data = BatchCodec.Encode(1, 2, [new byte[] { 0xaa }, Array.Empty<byte>()]);
        Assert.Equal(Convert.FromHexString("B50100" + "0100000000000000" + "0200000000000000" + "02000000" + "01000000AA" + "00000000"), data);
        Assert.True(BatchCodec.IsBatch(data));
        Assert.Equal([new byte[] { 0xaa }, []], Commands(BatchCodec.Decode(data)));
    }

    [Fact]
    public void Decode_Plain_GivesSlicesOfTheEntry()
    {
        byte[] data = BatchCodec.Encode(1, 2, [new byte[10], new byte[20]]);
        foreach (ReadOnlyMemory<byte> command in BatchCodec.Decode(data))
        {
            Assert.True(MemoryMarshal.TryGetArray(command, out ArraySegment<byte> segment));
            Assert.Same(data, segment.Array);
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void RoundTrip_AnyCompression_GivesTheSameCommands(BatchCompression compression)
    {
        const int Seed = 11;
        Random random = new(Seed);
        for (int round = 0; round < 50; round++)
        {
            ReadOnlyMemory<byte>[] commands = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => Filled(random))];
            byte[] data = BatchCodec.Encode((ulong)random.NextInt64(), (ulong)random.NextInt64(), commands, compression);
            Assert.Equal(commands.Select(c => c.ToArray()), Commands(BatchCodec.Decode(data)));
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Decode_CompressedNonsense_IsRefused(BatchCompression compression)
    {
        const int Seed = 12;
        Random random = new(Seed);
        byte[] header = BatchCodec.Encode(1, 2, [new byte[1], new byte[1]])[..BatchFormat.BatchHeaderBytes];
        header[2] = (byte)compression;
        for (int round = 0; round < 2000; round++)
        {
            byte[] packed = new byte[round == 0 ? 0 : random.Next(40)];
            random.NextBytes(packed);
            byte[] claim = BitConverter.GetBytes(round == 0 ? 0 : random.Next(100));
            Assert.Throws<BatchFormatException>(() => BatchCodec.Decode((byte[])[.. header, .. claim, .. packed]));
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Encode_Compressible_Shrinks(BatchCompression compression)
    {
        byte[] data = BatchCodec.Encode(1, 2, [new byte[4000], new byte[4000]], compression);
        Assert.Equal((byte)compression, data[2]);
        Assert.Equal(compression == BatchCompression.None, data.Length > 2000);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Encode_Incompressible_IsStoredPlain(BatchCompression compression)
    {
        byte[] noise = new byte[4000];
        new Random(5).NextBytes(noise);
        Assert.Equal((byte)BatchCompression.None, BatchCodec.Encode(1, 2, [noise, noise.AsMemory(0, 10)], compression)[2]);
    }

    [Fact]
    public void Decode_EveryTruncation_IsATypedError()
    {
        byte[] data = BatchCodec.Encode(1, 2, [new byte[10], new byte[3]]);
        for (int length = 0; length < data.Length; length++)
        {
            Assert.Throws<BatchFormatException>(() => BatchCodec.Decode(data.AsMemory(0, length)));
        }
    }

    [Theory]
    [InlineData(0, 0x51, BatchFormatFault.UnknownKind)]
    [InlineData(1, 2, BatchFormatFault.UnknownVersion)]
    [InlineData(2, 9, BatchFormatFault.UnknownCompression)]
    [InlineData(19, 0, BatchFormatFault.Overflow)]
    [InlineData(19, 1, BatchFormatFault.TrailingBytes)]
    [InlineData(19, 3, BatchFormatFault.Truncated)]
    [InlineData(22, 0x7f, BatchFormatFault.Overflow)]
    [InlineData(26, 0xff, BatchFormatFault.Overflow)]
    public void Decode_OneByteWrong_NamesTheFault(int offset, byte value, BatchFormatFault fault)
    {
        byte[] data = BatchCodec.Encode(1, 2, [new byte[10], new byte[3]]);
        data[offset] = value;
        Assert.Equal(fault, Assert.Throws<BatchFormatException>(() => BatchCodec.Decode(data)).Fault);
    }

    [Fact]
    public void Decode_TrailingByte_IsRefused()
    {
        byte[] data = [.. BatchCodec.Encode(1, 2, [new byte[10], new byte[3]]), 0];
        Assert.Equal(BatchFormatFault.TrailingBytes, Assert.Throws<BatchFormatException>(() => BatchCodec.Decode(data)).Fault);
    }

    [Fact]
    public void Decode_ClaimsTooMuch_IsRefusedBeforeUnpacking()
    {
        byte[] data = BatchCodec.Encode(1, 2, [new byte[4000], new byte[4000]], BatchCompression.Gzip);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(BatchFormat.BatchHeaderBytes), BatchCodec.UnpackedBytesMax + 1);
        Assert.Equal(BatchFormatFault.TooLarge, Assert.Throws<BatchFormatException>(() => BatchCodec.Decode(data)).Fault);
    }

    /// <summary>A few bytes that claim to be 60 MB: the claim alone allocates nothing.</summary>
    [Theory]
    [InlineData(BatchCompression.Gzip)]
    [InlineData(BatchCompression.Snappy)]
    [InlineData(BatchCompression.Lz4)]
    [InlineData(BatchCompression.Zstd)]
    public void Decode_ClaimsMoreThanItsBytesCanBe_TakesNoMemory(BatchCompression compression)
    {
        byte[] data = [.. BatchCodec.Encode(1, 2, [new byte[4000], new byte[4000]], compression).AsSpan(0, BatchFormat.BatchHeaderBytes + 4 + 20)];
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(BatchFormat.BatchHeaderBytes), 60_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(BatchFormatFault.CorruptPayload, Assert.Throws<BatchFormatException>(() => BatchCodec.Decode(data)).Fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>A repeated byte compresses best of all, and is accepted.</summary>
    [Theory]
    [MemberData(nameof(Compressions))]
    public void Decode_TheBestCompressibleBatch_IsTaken(BatchCompression compression)
    {
        byte[] zeros = new byte[10_000_000];
        Assert.Equal(2, BatchCodec.Decode(BatchCodec.Encode(1, 2, [zeros, zeros.AsMemory(0, 10)], compression)).Count);
    }

    [Theory]
    [InlineData(BatchCompression.Gzip)]
    [InlineData(BatchCompression.Snappy)]
    [InlineData(BatchCompression.Lz4)]
    [InlineData(BatchCompression.Zstd)]
    public void Decode_BombOrGarbage_IsRefused(BatchCompression compression)
    {
        byte[] bomb = BatchCodec.Encode(1, 2, [new byte[900_000], new byte[100_000]], compression);
        byte[] lying = [.. bomb];
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(BatchFormat.BatchHeaderBytes), 1000);
        Assert.Equal(BatchFormatFault.CorruptPayload, Assert.Throws<BatchFormatException>(() => BatchCodec.Decode(lying)).Fault);
        Random random = new(3);
        for (int round = 0; round < 300; round++)
        {
            byte[] garbled = [.. bomb];
            random.NextBytes(garbled.AsSpan(random.Next(27, garbled.Length)));
            try
            {
                BatchCodec.Decode(garbled);
            }
            catch (BatchFormatException)
            {
                continue;
            }
        }
    }

    [Fact]
    public void Decode_RandomBytes_NeverFailsOtherwise()
    {
        Random random = new(17);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] data = new byte[random.Next(0, 80)];
            random.NextBytes(data);
            if (data.Length > 2)
            {
                data[0] = random.Next(2) == 0 ? BatchFormat.BatchKind : BatchFormat.ProposalKind;
                data[1] = BatchFormat.Version;
                data[2] = 0;
            }

            try
            {
                Commands(BatchCodec.Decode(data));
            }
            catch (BatchFormatException)
            {
                continue;
            }
        }
    }

    private static ReadOnlyMemory<byte> Filled(Random random)
    {
        byte[] bytes = new byte[random.Next(0, 400)];
        random.NextBytes(bytes.AsSpan(0, bytes.Length / 4));
        return bytes;
    }

    private static List<byte[]> Commands(BatchReader batch)
    {
        List<byte[]> commands = [];
        foreach (ReadOnlyMemory<byte> command in batch)
        {
            commands.Add(command.ToArray());
        }

        return commands;
    }
}
