using System.Collections;
using MetaStore.Server.Configuration;

namespace MetaStore.Server.Tests.Configuration.Options;

/// <summary>Rules between settings: each violation is one error, and none is reported because of a value that was refused already.</summary>
public sealed class OptionsValidatorTests
{
    private const string Advertised = "--advertise-client-urls=http://127.0.0.1:2379";

    [Theory]
    [InlineData("--listen-client-urls=http://127.0.0.1:1,http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("--listen-client-urls=http://127.0.0.1:1 --listen-client-http-urls=http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("--listen-client-urls=http://127.0.0.1:1 --listen-metrics-urls=http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("--listen-client-urls=http://127.0.0.1:1 --listen-peer-urls=http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("--listen-metrics-urls=http://127.0.0.1:1,http://127.0.0.1:1", "http://127.0.0.1:1")]
    [InlineData("--listen-client-urls=unix://a.sock,unix://a.sock", "unix://a.sock")]
    [InlineData("--listen-client-urls=http://127.0.0.1:0,http://127.0.0.1:0", null)]
    [InlineData("--listen-client-urls=http://127.0.0.1:1,http://127.0.0.2:1", null)]
    [InlineData("--listen-client-urls=unix://a.sock,unix://b.sock", null)]
    public void Address_OfTwoPorts_OrTwiceOfOne_IsRefused(string arguments, string? twice)
    {
        ConfigurationResult result = Load([.. arguments.Split(' '), Advertised]);
        Assert.Equal(twice is null ? [] : [(twice, "is given twice")], result.Errors.Select(error => (error.Value!, error.Why)));
    }

    [Theory]
    [InlineData("--initial-advertise-peer-urls=http://127.0.0.1:2380", "default=http://localhost:2380", true)]
    [InlineData("--initial-advertise-peer-urls=http://10.0.0.1:2380,http://10.0.0.2:2380", "default=http://10.0.0.2:2380,default=http://10.0.0.1:2380", true)]
    [InlineData("--initial-advertise-peer-urls=http://10.0.0.1:2380,http://10.0.0.2:2380", "default=http://10.0.0.1:2380", false)]
    [InlineData("--initial-advertise-peer-urls=http://10.0.0.1:2380", "default=http://10.0.0.1:2380,default=http://10.0.0.2:2380", false)]
    [InlineData("--initial-advertise-peer-urls=https://10.0.0.1:2380", "default=http://10.0.0.1:2380", false)]
    public void AdvertisedPeerUrls_AreThoseOfTheInitialCluster_InAnyOrder(string advertised, string cluster, bool passes)
    {
        ConfigurationResult result = Load([advertised, "--initial-cluster=" + cluster]);
        Assert.Equal(passes ? [] : ["--initial-advertise-peer-urls"], result.Errors.Select(error => error.Where));
    }

    [Theory]
    [InlineData("--name=a,b")]
    [InlineData("--name=a b")]
    [InlineData("--name=a/b")]
    [InlineData("--name=a=b")]
    public void Name_WithASeparator_IsRefused(string argument) =>
        Assert.Contains(Load([argument]).Errors, error => error.Why == "must not contain a comma, an equals sign, a slash or a space");

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Name_IsBounded(int length, bool passes) =>
        Assert.Equal(passes ? [] : ["must have 1 to 256 characters"], Load(["--name=" + new string('n', length)]).Errors.Select(error => error.Why));

    [Theory]
    [InlineData("--admission-min-credits=500 --admission-max-credits=400 --admission-initial-credits=450", "--admission-min-credits")]
    [InlineData("--admission-min-credits=500 --admission-initial-credits=499", "--admission-initial-credits")]
    [InlineData("--admission-max-credits=999", "--admission-initial-credits")]
    [InlineData("--admission-memory-threshold=0", "--admission-memory-threshold")]
    [InlineData("--admission-min-credits=500 --admission-max-credits=500 --admission-initial-credits=500", null)]
    public void Admission_LimitsAreInOrder_OneErrorEach(string arguments, string? where) =>
        Assert.Equal(where is null ? [] : [where], Load(arguments.Split(' ')).Errors.Select(error => error.Where));

    /// <summary>Nothing is compared with a value that was refused: its default would be blamed.</summary>
    [Theory]
    [InlineData("--heartbeat-interval=never --election-timeout=20ms")]
    [InlineData("--election-timeout=never --heartbeat-interval=10s")]
    [InlineData("--admission-max-credits=none --admission-min-credits=20000")]
    [InlineData("--initial-cluster=nonsense --name=other")]
    public void RefusedValue_CausesNoSecondError(string arguments) => Assert.Single(Load(arguments.Split(' ')).Errors);

    [Theory]
    [InlineData("--election-timeout=499ms", false)]
    [InlineData("--election-timeout=500ms", true)]
    public void ElectionTimeout_IsFiveHeartbeatsAtLeast(string argument, bool passes)
    {
        ConfigurationResult result = Load([argument]);
        Assert.Equal(
            passes ? [] : ["--election-timeout = \"499ms\": must be at least 5 x heartbeat-interval (100ms) (for example 1s)"], result.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void ClusterOfOne_IsMadeOfTheOwnNameAndPeerUrls_UnlessOneIsGiven()
    {
        ConfigurationResult alone = Load(["--name=n1", "--initial-advertise-peer-urls=http://10.0.0.1:1,http://10.0.0.2:1"]);
        Assert.Equal(("n1", "http://10.0.0.1:1,http://10.0.0.2:1"), (alone.Options.Cluster.InitialCluster[0].Name, string.Join(',', alone.Options.Cluster.InitialCluster[0].PeerUrls)));
        Assert.Equal("--initial-cluster", Assert.Single(Load(["--name=n1", "--initial-cluster=n2=http://10.0.0.2:1"]).Errors).Where);
    }

    private static ConfigurationResult Load(string[] arguments) => ConfigurationLoader.Load(arguments, new Hashtable(), _ => TextReader.Null);
}
