using System.Collections;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Tests.Configuration.Sources;

public sealed class EnvironmentSourceTests
{
    private readonly List<string> _warnings = [];
    private readonly List<ConfigurationError> _errors = [];

    [Fact]
    public void Variables_OfBothPrefixes_AreRead_OwnOnesLast()
    {
        List<RawSetting> settings = Read(new() { ["METASTORE_NAME"] = "ours", ["ETCD_NAME"] = "theirs", ["NAME"] = "not ours", ["ETCD_DATA_DIR"] = "/d" }, out _);
        Assert.Equal([("data-dir", "/d"), ("name", "theirs"), ("name", "ours")], settings.Select(setting => (setting.Flag, setting.Value)));
        Assert.Empty(_warnings);
        Assert.Empty(_errors);
    }

    [Fact]
    public void ConfigFile_OfOurPrefix_Wins()
    {
        Read(new() { ["ETCD_CONFIG_FILE"] = "a", ["METASTORE_CONFIG_FILE"] = "b" }, out string? file);
        Assert.Equal("b", file);
    }

    [Fact]
    public void UnknownVariable_OfEtcd_IsAWarning_OfOursAnErrorWithTheNameThatWasMeant()
    {
        Assert.Empty(Read(new() { ["ETCD_NO_SUCH"] = "1", ["METASTORE_DATA_DIRR"] = "/d" }, out _));
        Assert.Contains("ETCD_NO_SUCH", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Contains("did you mean METASTORE_DATA_DIR?", Assert.Single(_errors).ToString(), StringComparison.Ordinal);
    }

    /// <summary>Kubernetes makes them in each pod for a service that is called metastore.</summary>
    [Theory]
    [InlineData("METASTORE_PORT", "tcp://10.0.0.1:2379")]
    [InlineData("METASTORE_PORT_2379_TCP_ADDR", "10.0.0.1")]
    [InlineData("METASTORE_SERVICE_HOST", "10.0.0.1")]
    [InlineData("METASTORE_CLIENT_SERVICE_PORT_HTTP", "2379")]
    public void Variable_OfAKubernetesService_DoesNotPreventAStart(string name, string value)
    {
        Assert.Empty(Read(new() { [name] = value }, out _));
        Assert.Single(_warnings);
        Assert.Empty(_errors);
    }

    [Fact]
    public void Variable_OfAFormerVersion_IsAWarning()
    {
        Assert.Empty(Read(new() { ["METASTORE_LIBROCKSDB"] = "/lib/librocksdb.so" }, out _));
        Assert.Contains("no longer read", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private List<RawSetting> Read(Hashtable environment, out string? file) => EnvironmentSource.Read(environment, _warnings, _errors, out file);
}
