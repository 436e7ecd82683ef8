using Google.Protobuf;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Tests.Output;

public sealed class QuotedBytesTests
{
    [Theory]
    [InlineData(new byte[] { }, "\"\"")]
    [InlineData(new byte[] { 0, 255, 0x22, 0x5C, 10, 0x7F }, """
        "\x00\xff\"\\\n\x7f"
        """)]
    [InlineData(new byte[] { 0xC3, 0xA9, 0xC2, 0x80 }, """
        "é\u0080"
        """)]
    public void Of_IsAsInGo(byte[] bytes, string expected) => Assert.Equal(expected, QuotedBytes.Of(ByteString.CopyFrom(bytes)));
}
