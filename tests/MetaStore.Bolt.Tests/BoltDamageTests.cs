using System.Buffers.Binary;
using MetaStore.Bolt.Reading;

namespace MetaStore.Bolt.Tests;

/// <summary>Each kind of damage is refused, with the page and the reason.</summary>
public sealed class BoltDamageTests
{
    private const int PageBytes = 512;

    /// <summary>Leaves from page 2 on; their branch, then the page of buckets, then the list of free pages, are the last ones.</summary>
    private readonly byte[] _file = SampleFile.Write(PageBytes, ("b", SampleFile.Entries(seed: 3, 60, longest: 20)));

    private int Pages => _file.Length / PageBytes;

    private int Freelist => Pages - 1;

    private int Root => Pages - 2;

    private int Branch => Pages - 3;

    [Fact]
    public void File_AsWritten_IsAccepted() => Assert.NotEmpty(SampleFile.Read(_file));

    [Fact]
    public void Kind_OfALeaf_IsChecked() => Refused(2, "its kind is 16, neither branch nor leaf", () => U16(2, 8) = 16);

    [Fact]
    public void PageNumber_IsChecked() => Refused(3, "it says that it is page 4", () => U64(3, 0) = 4);

    [Fact]
    public void Count_BeyondThePage_IsRefused() => Refused(2, "60000 elements do not fit into its 512 bytes", () => U16(2, 10) = 60000);

    [Fact]
    public void Overflow_BeyondTheFile_IsRefused() => Refused(2, "it overflows into 4000000000 pages, beyond the last page in use", () => U32(2, 12) = 4_000_000_000);

    [Fact]
    public void Position_OutsideOfThePage_IsRefused() => Refused(2, "outside of its page", () => U32(2, 16 + 4) = 600);

    [Fact]
    public void Position_InTheTable_IsRefused() => Refused(2, "outside of its page", () => U32(2, 16 + 4) = 8);

    [Fact]
    public void KeyWithoutBytes_IsRefused() => Refused(2, "element 0 has a key of 0 bytes", () => U32(2, 16 + 8) = 0);

    [Fact]
    public void ValueBeyondThePage_IsRefused() => Refused(2, "outside of its page", () => U32(2, 16 + 12) = uint.MaxValue);

    [Fact]
    public void UnknownFlag_IsRefused() => Refused(2, "element 0 has the flags 2", () => U32(2, 16) = 2);

    [Fact]
    public void Order_InAPage_IsChecked() => Refused(2, "element 1 is out of order", () => _file[DataOf(2, 1)] = (byte)'a');

    [Fact]
    public void Order_BetweenPages_IsChecked() => Refused(3, "its first key is lower than page", () => _file[DataOf(3, 0)] = (byte)'a');

    [Fact]
    public void Cycle_IsRefused() => Refused(Branch, "it is in the tree twice, or in the tree and free", () => U64(Branch, 16 + 8) = (ulong)Branch);

    [Fact]
    public void PageReferredToTwice_IsRefused() => Refused(2, "it is in the tree twice, or in the tree and free", () =>
    {
        U64(Branch, 16 + 16 + 8) = 2;
        _file[DataOf(Branch, 1)] = _file[DataOf(Branch, 0)];
    }, orElse: "lower than page");

    [Fact]
    public void PageThatIsFree_IsRefused() => Refused(2, "it is in the tree twice, or in the tree and free", () =>
    {
        U16(Freelist, 10) = 1;
        U64(Freelist, 16) = 2;
    });

    [Fact]
    public void ReferenceToAMeta_IsRefused() => Refused(Branch, "it refers to page 1, which is not one of the", () => U64(Branch, 16 + 8) = 1);

    [Fact]
    public void ReferenceBeyondTheEnd_IsRefused() => Refused(Branch, "it refers to page 999999, which is not one of the", () => U64(Branch, 16 + 8) = 999999);

    [Fact]
    public void Freelist_OfAnotherKind_IsRefused() => Refused(Freelist, "its kind is 2, but it is the list of free pages", () => U16(Freelist, 8) = 2);

    [Fact]
    public void Freelist_LongerThanItsPage_IsRefused() => Refused(Freelist, "500 free pages do not fit into its 512 bytes", () => U16(Freelist, 10) = 500);

    [Fact]
    public void ValueInTheListOfBuckets_IsRefused() => Refused(Root, "the list of buckets contains a value that is no bucket", () => U32(Root, 16) = 0);

    [Fact]
    public void InlineBucket_OfAnotherKind_IsRefused() => Refused(Root, "an inline bucket has 0 bytes", () => U64(Root, DataOf(Root, 0) + 1 - (Root * PageBytes)) = 0);

    [Fact]
    public void CutFile_IsRefused()
    {
        var error = Assert.Throws<BoltException>(() => SampleFile.Read(_file[..^PageBytes]));
        Assert.Contains($"the meta counts {Pages} pages in use, but the file has {Pages - 1}", error.Message, StringComparison.Ordinal);
        Assert.Contains("too short", Assert.Throws<BoltException>(() => SampleFile.Read([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignFile_IsRefused() =>
        Assert.Contains("this is not a bbolt file", Assert.Throws<BoltException>(() => SampleFile.Read(new byte[8192])).Message, StringComparison.Ordinal);

    private void Refused(int page, string reason, Action damage, string? orElse = null)
    {
        damage();
        var error = Assert.Throws<BoltException>(() => SampleFile.Read(_file));
        Assert.True(
            error.Message.Contains(reason, StringComparison.Ordinal) || (orElse is not null && error.Message.Contains(orElse, StringComparison.Ordinal)), error.Message);
        Assert.Equal((ulong)page, error.Page);
        Assert.StartsWith($"page {page}: ", error.Message, StringComparison.Ordinal);
    }

    private int DataOf(int page, int element)
    {
        var at = (page * PageBytes) + 16 + (16 * element);
        var isBranch = BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan((page * PageBytes) + 8)) == (ushort)PageKind.Branch;
        return at + BinaryPrimitives.ReadInt32LittleEndian(_file.AsSpan(isBranch ? at : at + 4));
    }

    private ref ushort U16(int page, int offset) => ref System.Runtime.CompilerServices.Unsafe.As<byte, ushort>(ref _file[(page * PageBytes) + offset]);

    private ref uint U32(int page, int offset) => ref System.Runtime.CompilerServices.Unsafe.As<byte, uint>(ref _file[(page * PageBytes) + offset]);

    private ref ulong U64(int page, int offset) => ref System.Runtime.CompilerServices.Unsafe.As<byte, ulong>(ref _file[(page * PageBytes) + offset]);
}
