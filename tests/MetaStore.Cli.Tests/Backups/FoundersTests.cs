using MetaStore.Cli.Backups;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Tests.Backups;

/// <summary>Ids must equal those that the server derives from the same flags; the expected values were printed by etcd 3.4.23.</summary>
public sealed class FoundersTests
{
    [Fact]
    public void Of_TheSameFlags_GivesTheServersIds()
    {
        var founders = Founders.Of("c", "a=http://127.0.0.1:23998,b=http://127.0.0.1:23997/,c=http://127.0.0.1:23996,c=http://127.0.0.1:23995", "tok1");
        Assert.Equal((0x6853a2e49473119fUL, 0x91a1ab2d6b8d387cUL), (founders.Self, founders.Cluster));
        Assert.Equal(["a", "b", "c"], founders.Members.Select(member => member.Name));
        Assert.Equal(["http://127.0.0.1:23995", "http://127.0.0.1:23996"], founders.Members[2].PeerUrls);
    }

    [Theory]
    [InlineData("a=http://h:1", "b")]
    [InlineData("nonsense", "a")]
    [InlineData("a=ftp://h:1", "a")]
    [InlineData("a=http://h:1/path", "a")]
    [InlineData("=http://h:1", "a")]
    public void Of_FlagsThatMakeNoSense_IsRefused(string initialCluster, string name) =>
        Assert.Throws<UsageException>(() => Founders.Of(name, initialCluster, "t"));
}
