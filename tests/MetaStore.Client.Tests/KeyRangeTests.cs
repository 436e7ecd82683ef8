using Google.Protobuf;

namespace MetaStore.Client.Tests;

public sealed class KeyRangeTests
{
    private static readonly byte[] Zero = [0];

    [Fact]
    public void Single_HasNoEnd() => Assert.Equal(new KeyRange(ByteString.CopyFromUtf8("k"), ByteString.Empty), KeyRange.Single("k"));

    [Fact]
    public void Prefix_EndsAfterTheLastKeyWithIt() => Assert.Equal("foo0", KeyRange.Prefix("foo/").RangeEnd.ToStringUtf8());

    [Fact]
    public void EmptyPrefix_AndFromTheEmptyKey_AreEverything()
    {
        Assert.Equal(KeyRange.All, KeyRange.Prefix(""));
        Assert.Equal(KeyRange.All, KeyRange.From(""));
        Assert.Equal(Zero, KeyRange.All.Key.ToByteArray());
        Assert.Equal(Zero, KeyRange.All.RangeEnd.ToByteArray());
    }

    [Fact]
    public void PrefixEnd_DropsTrailingFullBytes() =>
        Assert.Equal(new byte[] { 1, 3 }, KeyRange.PrefixEnd(ByteString.CopyFrom(1, 2, 0xFF, 0xFF)).ToByteArray());

    [Fact]
    public void PrefixEnd_OfFullBytesOnly_IsTheEndOfTheKeySpace() => Assert.Equal(Zero, KeyRange.PrefixEnd(ByteString.CopyFrom(0xFF, 0xFF)).ToByteArray());

    [Fact]
    public void Bytes_AreTextArraysAndByteStrings()
    {
        Bytes text = "käse";
        Bytes array = "käse"u8.ToArray();
        Bytes bytes = ByteString.CopyFromUtf8("käse");
        Assert.Equal(text, array);
        Assert.True(text == bytes);
        Assert.Equal("käse", array.ToString());
        Assert.True(default(Bytes).Content.IsEmpty);
    }
}
