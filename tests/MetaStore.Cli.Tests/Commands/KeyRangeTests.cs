using Google.Protobuf;
using MetaStore.Cli.Commands;

namespace MetaStore.Cli.Tests.Commands;

public sealed class KeyRangeTests
{
    [Fact]
    public void Of_SingleKey_HasNoEnd() =>
        Assert.Equal(new KeyRange(ByteString.CopyFromUtf8("k"), ByteString.Empty), KeyRange.Of("k", null, prefix: false, fromKey: false));

    [Fact]
    public void Of_Prefix_EndsBehindTheLastKeyWithIt() =>
        Assert.Equal("foo0", KeyRange.Of("foo/", null, prefix: true, fromKey: false).RangeEnd.ToStringUtf8());

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Of_EmptyKeyWithPrefixOrFromKey_IsEverything(bool prefix, bool fromKey)
    {
        var range = KeyRange.Of(string.Empty, null, prefix, fromKey);
        Assert.Equal(new byte[] { 0 }, range.Key.ToByteArray());
        Assert.Equal(new byte[] { 0 }, range.RangeEnd.ToByteArray());
    }

    [Fact]
    public void Of_PrefixAndFromKey_IsRefused() => Assert.Throws<UsageException>(() => KeyRange.Of("k", null, prefix: true, fromKey: true));

    [Fact]
    public void Of_PrefixAndRangeEnd_IsRefused() => Assert.Throws<UsageException>(() => KeyRange.Of("k", "z", prefix: true, fromKey: false));

    [Fact]
    public void PrefixEnd_DropsTrailingFullBytes() =>
        Assert.Equal(new byte[] { 1, 3 }, KeyRange.PrefixEnd(ByteString.CopyFrom(1, 2, 0xFF, 0xFF)).ToByteArray());

    [Fact]
    public void PrefixEnd_OfFullBytesOnly_IsEverythingBehind() =>
        Assert.Equal(new byte[] { 0 }, KeyRange.PrefixEnd(ByteString.CopyFrom(0xFF, 0xFF)).ToByteArray());
}
