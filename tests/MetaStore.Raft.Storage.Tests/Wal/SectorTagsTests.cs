using System.Buffers.Binary;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Tests.Wal;

public sealed class SectorTagsTests
{
    [Fact]
    public void Next_EveryUse_HasANewTagAndKnowsTheEarlierOnes()
    {
        var nonce = Logs.CountingNonce();
        var tags = SectorTags.Next(before: null, nonce());
        for (var use = 2; use <= SectorTags.UsesMax; use++)
        {
            Assert.True(tags.CanBeUsedAgain);
            var next = SectorTags.Next(tags, nonce());
            Assert.Equal([.. tags.Earlier, tags.Own], next.Earlier.ToArray());
            Assert.DoesNotContain(next.Own, next.Earlier.ToArray());
            Assert.NotEqual(0u, next.Own);
            tags = next;
        }

        Assert.False(tags.CanBeUsedAgain);
    }

    [Fact]
    public void Next_SameNonceAgain_StillHasANewTag()
    {
        var first = SectorTags.Next(before: null, nonce: 7);
        Assert.NotEqual(first.Own, SectorTags.Next(first, nonce: 7).Own);
    }

    [Theory]
    [InlineData(0x44332211u, SectorState.Written)]
    [InlineData(0xDDCCBBAAu, SectorState.Unwritten)]
    [InlineData(0xDDCCBB11u, SectorState.Partial)]
    [InlineData(0xDDCC2211u, SectorState.Partial)]
    [InlineData(0xDD332211u, SectorState.Partial)]
    [InlineData(0x00332211u, SectorState.Partial)]
    [InlineData(0x00000000u, SectorState.Partial)]
    [InlineData(0x44332210u, SectorState.Unknown)]
    [InlineData(0xDDCCBBABu, SectorState.Unknown)]
    [InlineData(0x443322AAu, SectorState.Unknown)]
    public void StateOf_DistinguishesUses(uint tag, object state)
    {
        var tags = new SectorTags(0x44332211, [0xDDCCBBAA]);
        var sector = new byte[WalFormat.SectorBytes];
        sector[0] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(FrameSectors.DataBytes), tag);
        Assert.Equal((SectorState)state, tags.StateOf(sector));
    }

    [Fact]
    public void StateOf_Zeros_WasNotWritten() =>
        Assert.Equal(SectorState.Unwritten, new SectorTags(1, []).StateOf(new byte[WalFormat.SectorBytes]));

    [Fact]
    public void Header_WithAndWithoutTags_ReadsBack()
    {
        var bytes = new byte[WalFormat.SegmentHeaderBytes];
        new SegmentHeader(2, 3, 4, 5, 6, 7, 8, 9, 10, new SectorTags(11, [12, 13])).Write(bytes);
        var header = Logs.HeaderOf(bytes);
        Assert.Equal((11u, 2, 12u, 13u), (header.Tags!.Own, header.Tags.Earlier.Length, header.Tags.Earlier[0], header.Tags.Earlier[1]));

        new SegmentHeader(1, 3, 4, 5, 6, 7, 8, 9, 10, Tags: null).Write(bytes);
        Assert.Null(Logs.HeaderOf(bytes).Tags);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(508)]
    [InlineData(509)]
    [InlineData(4064)]
    [InlineData(4065)]
    [InlineData(100_000)]
    public void SpreadAndGather_AnyLength_GivesTheContentBack(int length)
    {
        var content = Logs.Data(1, 1, length);
        var sectors = new byte[FrameSectors.StoredBytes(length)];
        content.CopyTo(sectors, 0);
        FrameSectors.Spread(sectors, length, tag: 0x01020304);
        for (var end = WalFormat.SectorBytes; end <= sectors.Length; end += WalFormat.SectorBytes)
        {
            Assert.Equal([4, 3, 2, 1], sectors[(end - 4)..end]);
        }

        Assert.False(FrameSectors.Gather((byte[])sectors.Clone(), tag: 0x01020305));
        Assert.True(FrameSectors.Gather(sectors, tag: 0x01020304));
        Assert.Equal(content, sectors[..length]);
    }
}
