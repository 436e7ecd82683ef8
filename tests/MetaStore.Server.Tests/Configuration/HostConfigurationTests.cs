using MetaStore.Server.Configuration;
using Microsoft.Extensions.Configuration;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>A member's settings in a section of a host program's configuration.</summary>
public sealed class HostConfigurationTests
{
    [Theory]
    [InlineData("name", "n1")]
    [InlineData("Name", "n1")]
    [InlineData("server:name", "n1")]
    public void Setting_UnderItsFlagOrInTheTree_IsTaken(string key, string value)
    {
        ConfigurationResult read = Load((key, value));
        Assert.Empty(read.Errors);
        Assert.Equal("n1", read.Options.Member.Name);
        Assert.Equal($"MetaStore:{key}", read.Sources["name"]);
    }

    [Fact]
    public void List_IsTaken_ItemByItemOrWithCommas()
    {
        (string, string)[] items = [("listen-client-urls:0", "http://127.0.0.1:1001"), ("listen-client-urls:1", "http://127.0.0.1:1002")];
        Assert.Equal(["http://127.0.0.1:1001", "http://127.0.0.1:1002"], UrlsOf(Load([.. items, Advertised])));
        Assert.Equal(["http://127.0.0.1:1001", "http://127.0.0.1:1002"], UrlsOf(Load(("listen-client-urls", "http://127.0.0.1:1001,http://127.0.0.1:1002"), Advertised)));
    }

    [Theory]
    [InlineData("nonsense", "1", "MetaStore:nonsense", "is not a setting")]
    [InlineData("server:raft:nonsense", "1", "MetaStore:server:raft:nonsense", "is not a setting")]
    [InlineData("server:raft", "1", "MetaStore:server:raft", "is not a setting")]
    [InlineData("name:first", "n1", "MetaStore:name", "is a tree, but one value is expected")]
    [InlineData("server:raft:election_timeout", "soon", "MetaStore:server:raft:election_timeout", "")]
    public void WhatIsWrong_IsSaidWithItsKey(string key, string value, string where, string why)
    {
        ConfigurationError error = Assert.Single(Load((key, value)).Errors);
        Assert.Equal(where, error.Where);
        Assert.StartsWith(why, error.Why, StringComparison.Ordinal);
    }

    private static (string, string) Advertised => ("advertise-client-urls", "http://127.0.0.1:1001");

    private static IEnumerable<string> UrlsOf(ConfigurationResult read)
    {
        Assert.Empty(read.Errors);
        return read.Options.Member.ListenClientUrls.Select(url => url.Text);
    }

    private static ConfigurationResult Load(params (string Key, string Value)[] settings) => ConfigurationLoader.Load(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("MetaStore:" + setting.Key, (string?)setting.Value)))
            .Build().GetSection("MetaStore"));
}
