using System.Buffers.Binary;

namespace MetaStore.Bolt.Tests;

/// <summary>Lists of free pages that bbolt writes and this project does not.</summary>
public sealed class BoltFreelistTests
{
    private const int PageBytes = 512;

    private readonly byte[] _file = SampleFile.Write(PageBytes, ("b", SampleFile.Entries(seed: 3, 60, longest: 20)));

    private int Pages => _file.Length / PageBytes;

    private Span<byte> Freelist => _file.AsSpan((Pages - 1) * PageBytes);

    [Fact]
    public void Count_InTheData_IsRead()
    {
        Numbers(ushort.MaxValue, 0);
        Assert.NotEmpty(SampleFile.Read(_file));
        Numbers(ushort.MaxValue, 1, 2);
        Assert.Contains("it is in the tree twice, or in the tree and free", Refusal(), StringComparison.Ordinal);
        Numbers(ushort.MaxValue, ulong.MaxValue);
        Assert.Contains("18446744073709551615 free pages do not fit into its 512 bytes", Refusal(), StringComparison.Ordinal);
        Numbers(ushort.MaxValue, 62);
        Assert.Contains("62 free pages do not fit into its 512 bytes", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(1_000_000UL)]
    public void FreePage_ThatIsNoDataPage_IsRefused(ulong page)
    {
        Numbers(1, page);
        Assert.Contains($"free page {page} is not one of the {Pages} pages in use", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void FreePage_NamedTwice_OrTheListItself_IsRefused()
    {
        Numbers(1, (ulong)(Pages - 1));
        Assert.Contains($"page {Pages - 1} is free twice, or is the list itself", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void List_ThatIsNotStored_FreesNothing()
    {
        for (var meta = 0; meta < 2; meta++)
        {
            var page = _file.AsSpan(meta * PageBytes, PageBytes);
            Assert.True(BoltMeta.TryRead(page, out var content, out _));
            page.Clear();
            (content with { Freelist = BoltFormat.NoFreelist }).Write(page, (ulong)meta);
        }

        Assert.Equal(SampleFile.Read(SampleFile.Write(PageBytes, ("b", SampleFile.Entries(seed: 3, 60, longest: 20)))), SampleFile.Read(_file));
    }

    private string Refusal() => Assert.Throws<BoltException>(() => SampleFile.Read(_file)).Message;

    private void Numbers(ushort count, params ulong[] numbers)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Freelist[10..], count);
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(Freelist[(16 + (8 * i))..], numbers[i]);
        }
    }
}
