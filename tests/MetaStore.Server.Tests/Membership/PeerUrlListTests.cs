using MetaStore.Batching.Settings;
using MetaStore.Server.Membership;

namespace MetaStore.Server.Tests.Membership;

public sealed class PeerUrlListTests
{
    [Theory]
    [InlineData("http://127.0.0.1:2380", true)]
    [InlineData("https://node.example:2380", true)]
    [InlineData("http://[::1]:2380", true)]
    [InlineData("", false)]
    [InlineData("foo", false)]
    [InlineData("ftp://127.0.0.1:2380", false)]
    [InlineData("http://127.0.0.1", false)]
    [InlineData("http://[::1]", false)]
    [InlineData("http://127.0.0.1:2380/path", false)]
    [InlineData("http://127.0.0.1:2380/", false)]
    [InlineData("http://127.0.0.1:99999", false)]
    public void TryParse_OneUrl_TakesWhatEtcdTakes(string url, bool expected) => Assert.Equal(expected, PeerUrlList.TryParse([url], out _));

    /// <summary>Text of any client: what .NET's reader of URLs makes of it must not matter.</summary>
    [Theory]
    [InlineData("http:")]
    [InlineData("http:/")]
    [InlineData("http://")]
    [InlineData("http:a")]
    [InlineData("http:a:1")]
    [InlineData("http:/a:1")]
    [InlineData("http:///a:1")]
    [InlineData("http:\\\\a:1")]
    [InlineData("http://a:1\\")]
    [InlineData("http://a:1\\b")]
    [InlineData("http://a:1?x=y")]
    [InlineData("http://a:1#f")]
    [InlineData("http://user@a:1")]
    [InlineData("http://user:password@a")]
    [InlineData("http://:1")]
    [InlineData("http://a b:1")]
    [InlineData("http://[::1")]
    [InlineData("//a:1")]
    [InlineData("unix://a:1")]
    [InlineData("\0")]
    [InlineData("http://a:-1")]
    public void TryParse_AnyOtherText_IsRefused(string url) => Assert.False(PeerUrlList.TryParse([url], out _));

    [Theory]
    [InlineData(" http://a:1\n", "http://a:1")]
    [InlineData("HTTP://A:1", "HTTP://A:1")]
    [InlineData("http://a:0", "http://a:0")]
    [InlineData("http://a:65535", "http://a:65535")]
    [InlineData("http://[fe80::1%eth0]:2380", "http://[fe80::1%eth0]:2380")]
    public void TryParse_TakesTheTextAsItIs_WithoutTheSpaceAroundIt(string url, string taken)
    {
        Assert.True(PeerUrlList.TryParse([url], out string[] sorted));
        Assert.Equal([taken], sorted);
    }

    [Fact]
    public void TryParse_OneBadAmongGood_RefusesAll() => Assert.False(PeerUrlList.TryParse(["http://a:1", "b"], out _));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Fits_CountsTheBytesOfAll(int more, bool fits) =>
        Assert.Equal(fits, PeerUrlList.Fits([new string('x', SizeLimits.PeerUrlBytesMax - 2), new string('\u00e4', 1) + new string('y', more)]));

    [Fact]
    public void TryParse_None_IsRefused() => Assert.False(PeerUrlList.TryParse([], out _));

    [Fact]
    public void TryParse_Several_SortsThem()
    {
        Assert.True(PeerUrlList.TryParse(["http://b:1", "http://a:1"], out string[] sorted));
        Assert.Equal(["http://a:1", "http://b:1"], sorted);
    }
}
