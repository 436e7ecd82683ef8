using System.IO.Hashing;
using System.Text;
using MetaStore.IO;

namespace MetaStore.Raft.Storage.Tests.Disks;

public sealed class ChecksumTests
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xE3069283u)]
    public void Crc32C_PublishedVectors_Match(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Crc32C_InPieces_EqualsTheWhole()
    {
        var data = Encoding.ASCII.GetBytes("a text that is longer than one step of eight bytes");
        for (var cut = 0; cut <= data.Length; cut++)
        {
            Assert.Equal(Crc32C.Compute(data), Crc32C.Compute(data.AsSpan(cut), Crc32C.Compute(data.AsSpan(0, cut))));
        }
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1UL)]
    public void XxHash64_PublishedVectors_Match(string text, ulong expected) =>
        Assert.Equal(expected, XxHash64.HashToUInt64(Encoding.ASCII.GetBytes(text)));
}
