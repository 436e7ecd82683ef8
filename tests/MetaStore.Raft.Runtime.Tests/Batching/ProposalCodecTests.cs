using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Raft.Runtime.Tests.Batching;

public sealed class ProposalCodecTests
{
    public static TheoryData<BatchCompression> Compressions => [.. Enum.GetValues<BatchCompression>()];

    [Fact]
    public void Encode_One_StandsAloneWithoutWrapper()
    {
        byte[] data = ProposalCodec.Encode(0x0102, 0x0304, [new byte[] { 9, 8, 7 }]);
        Assert.Equal(Convert.FromHexString("50010201000000000000" + "0403000000000000" + "090807"), data);
        Assert.False(ProposalCodec.IsBatch(data));
        ProposalBatch batch = ProposalCodec.Decode(data);
        Assert.Equal((0x0102UL, 0x0304UL, 1), (batch.MemberId, batch.FirstId, batch.Count));
        Assert.Equal([new byte[] { 9, 8, 7 }], Commands(batch));
    }

    [Fact]
    public void Encode_Two_AreWrappedByteByByte()
    {
        byte[] data = ProposalCodec.Encode(1, 2, [new byte[] { 0xaa }, Array.Empty<byte>()]);
        Assert.Equal(Convert.FromHexString("B50100" + "0100000000000000" + "0200000000000000" + "02000000" + "01000000AA" + "00000000"), data);
        Assert.True(ProposalCodec.IsBatch(data));
        Assert.Equal([new byte[] { 0xaa }, []], Commands(ProposalCodec.Decode(data)));
    }

    [Fact]
    public void Decode_Plain_GivesSlicesOfTheEntry()
    {
        byte[] data = ProposalCodec.Encode(1, 2, [new byte[10], new byte[20]]);
        foreach (ReadOnlyMemory<byte> command in ProposalCodec.Decode(data))
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
            byte[] data = ProposalCodec.Encode((ulong)random.NextInt64(), (ulong)random.NextInt64(), commands, compression);
            Assert.Equal(commands.Select(c => c.ToArray()), Commands(ProposalCodec.Decode(data)));
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Encode_Compressible_Shrinks(BatchCompression compression)
    {
        byte[] data = ProposalCodec.Encode(1, 2, [new byte[4000], new byte[4000]], compression);
        Assert.Equal((byte)compression, data[2]);
        Assert.Equal(compression == BatchCompression.None, data.Length > 2000);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void Encode_Incompressible_IsStoredPlain(BatchCompression compression)
    {
        byte[] noise = new byte[4000];
        new Random(5).NextBytes(noise);
        Assert.Equal((byte)BatchCompression.None, ProposalCodec.Encode(1, 2, [noise, noise.AsMemory(0, 10)], compression)[2]);
    }

    [Fact]
    public void Decode_EveryTruncation_IsATypedError()
    {
        byte[] data = ProposalCodec.Encode(1, 2, [new byte[10], new byte[3]]);
        for (int length = 0; length < data.Length; length++)
        {
            Assert.Throws<ProposalCodecException>(() => ProposalCodec.Decode(data.AsMemory(0, length)));
        }
    }

    [Theory]
    [InlineData(0, 0x51, ProposalCodecFault.UnknownKind)]
    [InlineData(1, 2, ProposalCodecFault.UnknownVersion)]
    [InlineData(2, 9, ProposalCodecFault.UnknownCompression)]
    [InlineData(19, 0, ProposalCodecFault.Overflow)]
    [InlineData(19, 1, ProposalCodecFault.TrailingBytes)]
    [InlineData(19, 3, ProposalCodecFault.Truncated)]
    [InlineData(22, 0x7f, ProposalCodecFault.Overflow)]
    [InlineData(26, 0xff, ProposalCodecFault.Overflow)]
    public void Decode_OneByteWrong_NamesTheFault(int offset, byte value, ProposalCodecFault fault)
    {
        byte[] data = ProposalCodec.Encode(1, 2, [new byte[10], new byte[3]]);
        data[offset] = value;
        Assert.Equal(fault, Assert.Throws<ProposalCodecException>(() => ProposalCodec.Decode(data)).Fault);
    }

    [Fact]
    public void Decode_TrailingByte_IsRefused()
    {
        byte[] data = [.. ProposalCodec.Encode(1, 2, [new byte[10], new byte[3]]), 0];
        Assert.Equal(ProposalCodecFault.TrailingBytes, Assert.Throws<ProposalCodecException>(() => ProposalCodec.Decode(data)).Fault);
    }

    [Fact]
    public void Decode_ClaimsTooMuch_IsRefusedBeforeUnpacking()
    {
        byte[] data = ProposalCodec.Encode(1, 2, [new byte[4000], new byte[4000]], BatchCompression.Gzip);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(ProposalFormat.BatchHeaderBytes), ProposalCodec.UnpackedBytesMax + 1);
        Assert.Equal(ProposalCodecFault.TooLarge, Assert.Throws<ProposalCodecException>(() => ProposalCodec.Decode(data)).Fault);
    }

    /// <summary>A few bytes that claim to be 60 MB: the claim alone allocates nothing.</summary>
    [Theory]
    [InlineData(BatchCompression.Gzip)]
    [InlineData(BatchCompression.Snappy)]
    [InlineData(BatchCompression.Lz4)]
    [InlineData(BatchCompression.Zstd)]
    public void Decode_ClaimsMoreThanItsBytesCanBe_TakesNoMemory(BatchCompression compression)
    {
        byte[] data = [.. ProposalCodec.Encode(1, 2, [new byte[4000], new byte[4000]], compression).AsSpan(0, ProposalFormat.BatchHeaderBytes + 4 + 20)];
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(ProposalFormat.BatchHeaderBytes), 60_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ProposalCodecFault.CorruptPayload, Assert.Throws<ProposalCodecException>(() => ProposalCodec.Decode(data)).Fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>A repeated byte compresses best of all, and is accepted.</summary>
    [Theory]
    [MemberData(nameof(Compressions))]
    public void Decode_TheBestCompressibleBatch_IsTaken(BatchCompression compression)
    {
        byte[] zeros = new byte[10_000_000];
        Assert.Equal(2, ProposalCodec.Decode(ProposalCodec.Encode(1, 2, [zeros, zeros.AsMemory(0, 10)], compression)).Count);
    }

    [Theory]
    [InlineData(BatchCompression.Gzip)]
    [InlineData(BatchCompression.Snappy)]
    [InlineData(BatchCompression.Lz4)]
    [InlineData(BatchCompression.Zstd)]
    public void Decode_BombOrGarbage_IsRefused(BatchCompression compression)
    {
        byte[] bomb = ProposalCodec.Encode(1, 2, [new byte[900_000], new byte[100_000]], compression);
        byte[] lying = [.. bomb];
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(ProposalFormat.BatchHeaderBytes), 1000);
        Assert.Equal(ProposalCodecFault.CorruptPayload, Assert.Throws<ProposalCodecException>(() => ProposalCodec.Decode(lying)).Fault);
        Random random = new(3);
        for (int round = 0; round < 300; round++)
        {
            byte[] garbled = [.. bomb];
            random.NextBytes(garbled.AsSpan(random.Next(27, garbled.Length)));
            try
            {
                ProposalCodec.Decode(garbled);
            }
            catch (ProposalCodecException)
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
                data[0] = random.Next(2) == 0 ? ProposalFormat.BatchKind : ProposalFormat.ProposalKind;
                data[1] = ProposalFormat.Version;
                data[2] = 0;
            }

            try
            {
                Commands(ProposalCodec.Decode(data));
            }
            catch (ProposalCodecException)
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

    private static List<byte[]> Commands(ProposalBatch batch)
    {
        List<byte[]> commands = [];
        foreach (ReadOnlyMemory<byte> command in batch)
        {
            commands.Add(command.ToArray());
        }

        return commands;
    }
}
