using MetaStore.Client.Endpoints;

namespace MetaStore.Client.Tests.Endpoints;

public sealed class EndpointAddressTests
{
    [Theory]
    [InlineData("h", "http://h:2379/")]
    [InlineData("h:80", "http://h/")]
    [InlineData("https://h", "https://h:2379/")]
    [InlineData("https://h:443", "https://h/")]
    [InlineData("http://[::1]", "http://[::1]:2379/")]
    [InlineData("http://[::1]:80", "http://[::1]/")]
    [InlineData("http://user:pw@h", "http://user:pw@h:2379/")]
    [InlineData("http://h/path:1", "http://h:2379/path:1")]
    public void Url_WithoutAPort_HasEtcds(string text, string expected) => Assert.Equal(expected, EndpointAddress.Parse(text).ToString());

    [Theory]
    [InlineData("", "'' is not an endpoint; write host:port, such as 127.0.0.1:2379")]
    [InlineData("h:x", "'h:x' is not an endpoint; write host:port, such as 127.0.0.1:2379")]
    [InlineData("http:///path", "'http:///path' is not an endpoint; write host:port, such as 127.0.0.1:2379")]
    [InlineData("ftp://h", "'ftp://h': the scheme ftp is not known; write host:port, http://, https:// or unix://")]
    [InlineData("unix://", "'unix://' names no socket; write unix:///run/metastore.sock")]
    [InlineData("unix:a\0b", "'unix:a\0b' names no socket; write unix:///run/metastore.sock")]
    public void Text_ThatIsNone_IsNamed(string text, string why) => Assert.Equal(why, Assert.Throws<FormatException>(() => EndpointAddress.Parse(text)).Message);

    [Fact]
    public void List_LeavesOutEmptyOnes() => Assert.Equal(["http://a:2379/", "http://b:1/"], EndpointAddress.ParseList(" a ,, b:1,").Select(address => address.ToString()));

    [Theory]
    [InlineData("unix:///run/a b#c%20?d")]
    [InlineData("unix:///run/é:1")]
    public void Socket_PathMayHaveAnyCharacter(string text) => Assert.Equal(text["unix://".Length..], SocketAddress.EndPointOf(EndpointAddress.Parse(text)).ToString());

    [Theory]
    [InlineData("unix:m")]
    [InlineData("unix://m")]
    public void Socket_RelativePath_IsOfTheWorkingDirectory(string text) =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "m"), SocketAddress.EndPointOf(EndpointAddress.Parse(text)).ToString());

    [Fact]
    public void Socket_LongerThanTheSystemAllows_IsRefused()
    {
        Assert.NotNull(EndpointAddress.Parse("unix:/" + new string('x', 106)));
        Assert.EndsWith("': the path of a socket has at most 107 bytes", Assert.Throws<FormatException>(() => EndpointAddress.Parse("unix:/" + new string('x', 107))).Message, StringComparison.Ordinal);
    }
}
