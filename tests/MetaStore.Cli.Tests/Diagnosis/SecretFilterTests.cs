using MetaStore.Cli.Diagnosis;

namespace MetaStore.Cli.Tests.Diagnosis;

/// <summary>No form in which a secret can be written passes the filter.</summary>
public sealed class SecretFilterTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("password: hunter2")]
    [InlineData("Password : 'hunter2'")]
    [InlineData("\"password\": \"hunter2\"")]
    [InlineData("METASTORE_PASSWORD=hunter2")]
    [InlineData("export ETCD_AUTH_TOKEN=hunter2")]
    [InlineData("--password=hunter2")]
    [InlineData("peer-secret:\n  hunter2")]
    [InlineData("peer-secret: |\n  line\n\n  hunter2")]
    [InlineData("secrets:\n- hunter2\n- more")]
    [InlineData("secrets:\n  name: hunter2")]
    [InlineData("server: {password: hunter2}")]
    [InlineData("{password: hunter2}")]
    [InlineData("arguments: --password=hunter2")]
    [InlineData("arguments: --password hunter2")]
    [InlineData("arguments:\n  - --password\n  - hunter2")]
    [InlineData("advertise: https://root:hunter2@10.0.0.1:2379")]
    [InlineData("urls:\n  - https://root:hunter2@10.0.0.1:2379")]
    [InlineData("advertise: https://root:x@hunter2@10.0.0.1:2379")]
    [InlineData("advertise: https://root:x/hunter2@10.0.0.1:2379")]
    [InlineData("advertise: https://root:x,hunter2@10.0.0.1:2379")]
    [InlineData("urls:\n  - https://root:x/hunter2@10.0.0.1:2379")]
    [InlineData("tls-passphrase: hunter2")]
    [InlineData("db.pwd=hunter2")]
    [InlineData("motd: >\n  hunter2: x")]
    [InlineData("name: n1 # the password is hunter2")]
    [InlineData("# password: hunter2")]
    [InlineData("\"pass\\u0077ord\": hunter2")]
    [InlineData("server:\r\n  private: hunter2\r\n")]
    public void Secret_IsLeftOut(string configuration) => Assert.DoesNotContain(Secret, SecretFilter.Of(configuration), StringComparison.Ordinal);

    [Fact]
    public void WhatIsNoSecret_IsKept()
    {
        const string Configuration = """
            server:
              name: n1
              data-dir: /var/lib/metastore
              key-file: /etc/metastore/n1.key
              quota-backend-bytes: 8589934592
              heartbeat: -1
              urls:
                - http://10.0.0.1:2379

            """;
        Assert.Equal(string.Join('\n', Configuration.Split('\n').Where(line => line.Length > 0)) + "\n", SecretFilter.Of(Configuration));
    }

    [Fact]
    public void Urls_InAList_KeepTheirHosts() =>
        Assert.Equal("listen: http://a:1,http://b:2\n", SecretFilter.Of("listen: http://a:1,http://root:x@b:2\n"));

    [Fact]
    public void AfterASecret_TheRestIsShown() => Assert.Equal("server:\n  token: (left out)\n  name: n1\n", SecretFilter.Of("server:\n  token:\n    - hunter2\n  name: n1\n"));
}
