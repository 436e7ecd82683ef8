using MetaStore.Batching.Entries;
using MetaStore.Batching.Settings;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Runtime.Tests.Limits;

/// <summary>Every accepted command can be logged, sent to peers, recovered and decoded, at the limits of every setting and on both sides of them.</summary>
public sealed class SizeLimitsTests
{
    /// <summary>Values of max-request-bytes and max_batch_bytes: minimum, maximum, one in between, and unequal combinations.</summary>
    public static TheoryData<int, int> Settings()
    {
        int[] requests = [1 << 10, 1_572_864, SizeLimits.RequestBytesMax - 1, SizeLimits.RequestBytesMax];
        int[] batches = [1, 1 << 20, SizeLimits.BatchBytesMax];
        TheoryData<int, int> all = [];
        foreach (int request in requests)
        {
            foreach (int batch in batches)
            {
                all.Add(request, batch);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void RequestOfTheMostAllowed_AmongSmallOnes_GoesAllTheWay(int maxRequestBytes, int maxBatchBytes)
    {
        BatchSettings settings = Accepted(maxRequestBytes, maxBatchBytes);
        int most = Enumerable.Range(maxRequestBytes - SizeLimits.RequestEnvelopeBytes - 1, 3).Last(size => SizeLimits.IsRequest(size, maxRequestBytes));
        byte[][] commands =
        [
            RawCommand.Bytes(most, random: true), RawCommand.Bytes(1, random: true), RawCommand.Bytes(0, random: true),
            RawCommand.Bytes(most - 1, random: true), RawCommand.Bytes(200, random: true), RawCommand.Bytes(settings.MaxCommandBytes, random: true),
        ];

        WriteChain.AssertPass(settings, commands);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void BatchOfManyCommands_FilledToTheLastByte_GoesAllTheWay(int more)
    {
        // Headroom for the batch, then a length for each command; what no longer fits must become another entry.
        BatchSettings settings = Accepted(SizeLimits.RequestBytesMax, SizeLimits.BatchBytesMax);
        int rest = SizeLimits.BatchBytesMax - BatchFormat.BatchHeaderBytes - (3 * BatchFormat.LengthBytes) - (2 << 20);
        byte[][] commands =
        [
            RawCommand.Bytes(1 << 20, random: true, 1), RawCommand.Bytes(1 << 20, random: true, 2), RawCommand.Bytes(rest + more, random: true, 3),
            RawCommand.Bytes(10, random: true, 4),
        ];

        WriteChain.AssertPass(settings, commands);
    }

    [Theory]
    [InlineData(BatchCompression.Gzip, true)]
    [InlineData(BatchCompression.Gzip, false)]
    [InlineData(BatchCompression.Snappy, true)]
    [InlineData(BatchCompression.Snappy, false)]
    [InlineData(BatchCompression.Lz4, true)]
    [InlineData(BatchCompression.Lz4, false)]
    [InlineData(BatchCompression.Zstd, true)]
    [InlineData(BatchCompression.Zstd, false)]
    public void FullBatch_Compressed_GoesAllTheWayWhetherItShrinksOrNot(BatchCompression compression, bool random)
    {
        BatchSettings settings = Accepted(SizeLimits.RequestBytesMax, SizeLimits.BatchBytesMax) with { Compression = compression, CompressionMinBytes = 1 };
        int rest = SizeLimits.BatchBytesMax - BatchFormat.BatchHeaderBytes - (2 * BatchFormat.LengthBytes) - (1 << 20);
        byte[][] commands = [RawCommand.Bytes(1 << 20, random), RawCommand.Bytes(rest, random, 2)];

        WriteChain.AssertPass(settings, commands);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void CommandsOfRandomSizes_UnderRandomSettings_GoAllTheWay(int seed)
    {
        Random random = new(seed);
        int maxRequestBytes = random.Next(1 << 10, random.Next(2) == 0 ? 1 << 16 : SizeLimits.RequestBytesMax);
        BatchSettings settings = Accepted(maxRequestBytes, random.Next(1, random.Next(2) == 0 ? 1 << 12 : SizeLimits.BatchBytesMax)) with
        {
            Compression = (BatchCompression)random.Next(5),
            CompressionMinBytes = random.Next(1, 4096),
            MinBatchSize = random.Next(1, 20),
            MaxBatchSize = 20,
        };
        byte[][] commands =
        [
            .. Enumerable.Range(0, random.Next(1, 30)).Select(i => RawCommand.Bytes(random.Next(random.Next(8) == 0 ? settings.MaxCommandBytes : 3000), random.Next(2) == 0, i)),
        ];

        WriteChain.AssertPass(settings, commands);
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 15)];

    [Theory]
    [InlineData(SizeLimits.BatchBytesMax + 1, SizeLimits.CommandBytesMax)]
    [InlineData(16 << 20, SizeLimits.CommandBytesMax)]
    [InlineData(SizeLimits.BatchBytesMax, SizeLimits.CommandBytesMax + 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void SettingsThatTheLogDoesNotTake_AreRefused(int maxBatchBytes, int maxCommandBytes)
    {
        BatchSettings settings = new() { MaxBatchBytes = maxBatchBytes, MaxCommandBytes = maxCommandBytes };

        Assert.All(settings.Validate(), fault => Assert.Matches("is outside .* to 16777", fault));
        Assert.NotEmpty(settings.Validate());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void PeersEntry_LargerThanTheLogTakes_IsNotDecoded(int more, bool decoded)
    {
        FrameWriter writer = new();
        Entry entry = new(1, 1, EntryType.Normal, new byte[SizeLimits.EntryBytesMax + more]);
        writer.Append(new Message { Type = MessageType.Propose, To = 2, From = 1, Term = 1, Entries = [entry] });
        byte[] frame = WriteChain.Frame(writer);

        Assert.Equal(decoded, MessageDecoder.TryDecode(frame.AsMemory(FrameFormat.HeaderBytes), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData((1 << 20) - 32)]
    public void RunOfEntries_ThatTheLargestOneEnds_FitsAFrameToAPeer(int bytes)
    {
        // The largest terms and indexes; the run before the last entry has the largest size to which one more entry is added.
        const ulong First = ulong.MaxValue - 100_000;
        int count = FrameFormat.AppendRunBytes / (bytes + 32);
        MemoryLog log = new(
            new SnapshotMetadata(First - 1, ulong.MaxValue, ConfState.Of(1)),
            [
                .. Enumerable.Range(0, count).Select(i => new Entry(ulong.MaxValue, First + (ulong)i, EntryType.Normal, new byte[bytes])),
                new Entry(ulong.MaxValue, First + (ulong)count, EntryType.ConfChange, new byte[SizeLimits.EntryBytesMax]),
            ]);
        Assert.True(log.TryGetEntries(First, First + (ulong)count + 1, FrameFormat.AppendRunBytes, out IReadOnlyList<Entry> entries));
        Assert.Equal(count + 1, entries.Count);

        FrameWriter writer = new();
        writer.Append(new Message
        {
            Type = MessageType.AppendEntries,
            To = ulong.MaxValue,
            From = ulong.MaxValue,
            Term = ulong.MaxValue,
            LogTerm = ulong.MaxValue,
            Index = First - 1,
            Commit = ulong.MaxValue,
            Entries = entries,
        });

        Assert.InRange(writer.Bytes - FrameFormat.HeaderBytes, 0, FrameFormat.AppendBytesMax);
        Assert.True(MessageDecoder.TryDecode(WriteChain.Frame(writer).AsMemory(FrameFormat.HeaderBytes), out Message message));
        Assert.Equal(count + 1, message.Entries.Count);
    }

    [Fact]
    public void Limits_AreInOrder()
    {
        Assert.Equal(WalFormat.RecordBytesMax, SizeLimits.EntryBytesMax + RecordPayload.EntryHeaderBytes);
        Assert.Equal(SizeLimits.EntryBytesMax, SizeLimits.CommandBytesMax + BatchFormat.ProposalHeaderBytes);
        Assert.True(SizeLimits.IsRequest(SizeLimits.CommandBytesMax, SizeLimits.RequestBytesMax));
        Assert.True(WalFormat.BodyBytesTarget + WalFormat.RecordBytesMax + (1 << 20) < WalFormat.BodyBytesMax);
        Assert.True(SizeLimits.EntryBytesMax < BatchCodec.UnpackedBytesMax);
        Assert.True(30 * (SizeLimits.PeerUrlBytesMax + 512) < FrameFormat.MemberListBytesMax);
    }

    /// <summary>Settings as created by a start and by an operator's change.</summary>
    private static BatchSettings Accepted(int maxRequestBytes, int maxBatchBytes)
    {
        BatchSettings settings = new() { MaxBatchBytes = maxBatchBytes, MaxCommandBytes = SizeLimits.CommandBytes(maxRequestBytes), FlushWhenIdle = false };
        Assert.Empty(settings.Validate());
        return settings;
    }
}
