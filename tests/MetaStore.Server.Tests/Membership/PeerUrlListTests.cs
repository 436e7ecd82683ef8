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

    [Fact]
    public void TryParse_None_IsRefused() => Assert.False(PeerUrlList.TryParse([], out _));

    [Fact]
    public void TryParse_Several_SortsThem()
    {
        Assert.True(PeerUrlList.TryParse(["http://b:1", "http://a:1"], out string[] sorted));
        Assert.Equal(["http://a:1", "http://b:1"], sorted);
    }
}
