using MetaStore.Server.Calls.Framing;

namespace MetaStore.Server.Tests.Calls.Framing;

public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("etcdserver: no leader", "etcdserver: no leader")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("é€😀", "%C3%A9%E2%82%AC%F0%9F%98%80")]
    public void Encode_Text_EscapesWhatHeadersCannotCarry(string text, string encoded) => Assert.Equal(encoded, PercentEncoding.Encode(text));
}
