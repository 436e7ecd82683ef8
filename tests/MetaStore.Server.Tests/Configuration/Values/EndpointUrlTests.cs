using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

public sealed class EndpointUrlTests
{
    [Theory]
    [InlineData("http://10.0.0.1:2379", "10.0.0.1", 2379, false)]
    [InlineData("https://db.example:2379/", "db.example", 2379, true)]
    [InlineData(" http://localhost:0 ", "localhost", 0, false)]
    [InlineData("http://[::1]:65535", "::1", 65535, false)]
    [InlineData("https://[fe80::1%eth0]:1", "fe80::1%eth0", 1, true)]
    [InlineData("http://node_1.etcd-2.:2380", "node_1.etcd-2.", 2380, false)]
    public void TryParse_Address_IsReadAndWrittenBack(string text, string host, int port, bool isTls)
    {
        EndpointUrl url = EndpointUrl.Of(text);
        Assert.Equal((host, port, isTls, null), (url.Host, url.Port, url.IsTls, url.SocketPath));
        Assert.Equal(text.Trim().TrimEnd('/'), url.Text);
        Assert.Equal(url, EndpointUrl.Of(url.Text));
    }

    [Theory]
    [InlineData("unix://localhost:2379", "localhost:2379", false)]
    [InlineData("unixs:///run/metastore.sock", "/run/metastore.sock", true)]
    public void TryParse_Socket_IsEverythingAfterTheScheme(string text, string path, bool isTls)
    {
        Assert.True(EndpointUrl.TryParse(text, UrlSchemes.Web | UrlSchemes.Sockets, out EndpointUrl? url, out _));
        Assert.Equal((path, isTls, text), (url.SocketPath, url.IsTls, url.Text));
    }

    [Theory]
    [InlineData("", "has no scheme")]
    [InlineData("10.0.0.1:2379", "has no scheme")]
    [InlineData("ftp://host:1", "not supported")]
    [InlineData("HTTP://host:1", "not supported")]
    [InlineData("http://host", "without a path")]
    [InlineData("http://:2379", "without a path")]
    [InlineData("http://[]:2379", "without a path")]
    [InlineData("http://host:2379/path", "without a path")]
    [InlineData("http://host:2379?x=1", "without a path")]
    [InlineData("http://user@host:2379", "without a path")]
    [InlineData("http://host:", "not a port number")]
    [InlineData("http://host:-1", "not a port number")]
    [InlineData("http://host:65536", "not a port number")]
    [InlineData("http://host:+1", "not a port number")]
    [InlineData("http://host:2380\0", "not a port number")]
    [InlineData("http://::1:2379", "needs brackets")]
    [InlineData("http://[fd00::r]:2380", "not a host name or an address")]
    [InlineData("http://[:2380", "not a host name or an address")]
    [InlineData("http://two words:2380", "not a host name or an address")]
    [InlineData("http://\u0000:2380", "not a host name or an address")]
    [InlineData("unix://run.sock", "socket of this machine")]
    public void TryParse_AnythingElse_SaysWhatIsWrong(string text, string why)
    {
        Assert.False(EndpointUrl.TryParse(text, UrlSchemes.Web, out _, out string? said));
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Contains(why, Assert.Throws<FormatException>(() => EndpointUrl.Of(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void TryParse_SocketPath_IsBoundedByTheSystem(int length, bool fits)
    {
        // Two bytes each in UTF-8, but for one.
        string path = "/" + new string('\u00e9', (length - 1) / 2) + new string('a', (length - 1) % 2);
        Assert.Equal(fits, EndpointUrl.TryParse("unix://" + path, UrlSchemes.Web | UrlSchemes.Sockets, out _, out _));
        Assert.False(EndpointUrl.TryParse("unix:///run/", UrlSchemes.Web | UrlSchemes.Sockets, out _, out string? why));
        Assert.Contains("names no file", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_IsTheSameForHttpAndHttps() =>
        Assert.Equal(EndpointUrl.Of("http://[::1]:2379").Address, EndpointUrl.Of("https://[::1]:2379").Address);
}
