using System.Collections;
using MetaStore.Batching.Settings;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private const string File = "test.yaml";

    [Fact]
    public void Load_NothingGiven_FoundsAClusterOfOne()
    {
        ConfigurationResult result = Load();

        Assert.Empty(result.Errors);
        Assert.Equal("default", result.Options.Member.Name);
        Assert.Equal("default.metastore", result.Options.Member.EffectiveDataDir);
        InitialMember self = Assert.Single(result.Options.Cluster.InitialCluster);
        Assert.Equal(["http://localhost:2380"], self.PeerUrls);
        Assert.Equal(TimeSpan.FromSeconds(7), result.Options.Consensus.RequestTimeout);
    }

    [Theory]
    [InlineData("--snapshot-count", "77")]
    [InlineData("-snapshot-count", "77")]
    [InlineData("--snapshot-count=77")]
    [InlineData("-snapshot-count=77")]
    public void CommandLine_EveryFormOfAFlag_IsRead(params string[] arguments)
    {
        Assert.Equal(77, Load(arguments).Options.Consensus.SnapshotCount);
    }

    [Theory]
    [InlineData("--pre-vote", true)]
    [InlineData("--pre-vote=false", false)]
    [InlineData("--pre-vote=0", false)]
    [InlineData("--pre-vote=T", true)]
    public void CommandLine_Switch_IsBareOrHasAValue(string argument, bool expected)
    {
        ConfigurationResult result = Load(argument);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, result.Options.Consensus.PreVote);
    }

    [Fact]
    public void CommandLine_SwitchWithSeparateWord_IsRefused()
    {
        ConfigurationError error = Assert.Single(Load("--pre-vote", "false").Errors);
        Assert.Contains("is not a flag", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_AllNameOneSetting_CommandLineWinsThenEnvironmentThenFile()
    {
        string yaml = "server: { raft: { snapshot_count: 1, election_timeout: 2s, heartbeat_interval: 50ms } }";
        var environment = new Hashtable { ["ETCD_SNAPSHOT_COUNT"] = "2", ["METASTORE_SNAPSHOT_COUNT"] = "3", ["ETCD_ELECTION_TIMEOUT"] = "3000" };

        ConfigurationResult result = Load(environment, yaml, "--snapshot-count=4", "--config-file", File);

        Assert.Empty(result.Errors);
        Assert.Equal(4, result.Options.Consensus.SnapshotCount);
        Assert.Equal(TimeSpan.FromSeconds(3), result.Options.Consensus.ElectionTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(50), result.Options.Consensus.HeartbeatInterval);
        Assert.Equal("ETCD_ELECTION_TIMEOUT", result.Sources["election-timeout"]);
    }

    [Fact]
    public void Environment_BothPrefixes_MetaStoreWins()
    {
        ConfigurationResult result = Load(new Hashtable { ["ETCD_NAME"] = "a", ["METASTORE_NAME"] = "b" }, "", []);
        Assert.Equal("b", result.Options.Member.Name);
    }

    [Fact]
    public void Environment_FormerPathOfTheRocksDbLibrary_WarnsAndPasses()
    {
        ConfigurationResult result = Load(new Hashtable { ["METASTORE_LIBROCKSDB"] = "/opt/rocksdb/librocksdb.so" }, "", []);
        Assert.Empty(result.Errors);
        Assert.Contains("comes with this build", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_UnknownNames_WarnForEtcdAndKubernetesAndFailForOurs()
    {
        var environment = new Hashtable { ["ETCD_WHATEVER"] = "1", ["METASTORE_SERVICE_HOST"] = "10.0.0.1", ["METASTORE_SNAPSHOT_COUNTS"] = "1" };
        ConfigurationResult result = Load(environment, "", []);

        ConfigurationError error = Assert.Single(result.Errors);
        Assert.Equal("METASTORE_SNAPSHOT_COUNTS", error.Where);
        Assert.Contains("METASTORE_SNAPSHOT_COUNT?", error.Why, StringComparison.Ordinal);
        Assert.Equal(2, result.Warnings.Count);
    }

    [Fact]
    public void Yaml_EtcdKeys_AreRead()
    {
        const string yaml = """
            name: infra1
            heartbeat-interval: 150
            election-timeout: 1500
            grpc-keepalive-min-time: 7000000000
            watch-progress-notify-interval: 60000000000
            corrupt-check-time: 120000000000
            discovery-fallback: 'proxy'
            discovery-proxy:
            proxy: 'off'
            proxy-failure-wait: 5000
            proxy-refresh-interval: 30000
            proxy-dial-timeout: 1000
            proxy-write-timeout: 5000
            proxy-read-timeout: 0
            initial-cluster: infra1=http://10.0.0.1:2380
            initial-advertise-peer-urls: http://10.0.0.1:2380
            client-transport-security:
              cert-file:
              client-cert-auth: false
            """;
        ConfigurationResult result = Load(new Hashtable(), yaml, "--config-file", File);

        Assert.Empty(result.Errors);
        Assert.Equal("infra1", result.Options.Member.Name);
        Assert.Equal(TimeSpan.FromMilliseconds(150), result.Options.Consensus.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(7), result.Options.Limits.KeepAliveMinTime);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)), (result.Options.Watch.ProgressInterval, result.Options.Upkeep.CorruptCheckTime));
    }

    [Fact]
    public void Yaml_BatchSection_IsReadWithDurationsAndSizes()
    {
        const string yaml = """
            server:
              raft:
                batch:
                  enable: true
                  policy: fixed
                  min_batch_size: 2
                  max_batch_size: 512
                  max_batch_bytes: 2MiB
                  min_timeout: 1ms
                  max_timeout: 1.5s
                  load_threshold: 0.5
                  flush_when_idle: false
                  compression: gzip
            """;
        ConfigurationResult result = Load(new Hashtable(), yaml, "--config-file", File);

        Assert.Empty(result.Errors);
        Assert.True(result.Options.Batch.Enable);
        BatchSettings batch = result.Options.Batch.Settings;
        Assert.Equal((BatchPolicyKind.Fixed, 2, 512, 2 << 20), (batch.Policy, batch.MinBatchSize, batch.MaxBatchSize, batch.MaxBatchBytes));
        Assert.Equal((TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1500)), (batch.MinTimeout, batch.MaxTimeout));
        Assert.Equal((0.5, false, BatchCompression.Gzip), (batch.LoadThreshold, batch.FlushWhenIdle, batch.Compression));
    }

    [Theory]
    [InlineData("--snapshot-count=x", "is not an integer")]
    [InlineData("--snapshot-count=0", "is outside 1 to 100000000")]
    [InlineData("--heartbeat-interval=5 minutes", "is not a duration such as 100ms, 5s or 1h30m")]
    [InlineData("--election-timeout=51s", "is outside 5ms to 50s")]
    [InlineData("--election-timeout=400", "must be at least 5 x heartbeat-interval (100ms)")]
    [InlineData("--batch-max-bytes=many", "is not a size such as 1048576, 512KiB or 1MiB")]
    [InlineData("--batch-min-size=300", "must not exceed max_batch_size (256)")]
    [InlineData("--batch-min-timeout=30ms", "must not exceed max_timeout (20ms)")]
    [InlineData("--batch-load-threshold=1.1", "is not a number from 0 to 1")]
    [InlineData("--batch-policy=magic", "is not one of dynamic, fixed, throughput, target, off")]
    [InlineData("--pre-vote=maybe", "is neither true nor false")]
    [InlineData("--engine=bolt", "is not one of memory, rocksdb")]
    [InlineData("--name=a,b", "must not contain a comma, an equals sign, a slash or a space")]
    [InlineData("--listen-peer-urls=http://example.com:1", "must name an IP address or localhost to listen on")]
    [InlineData("--listen-peer-urls=localhost:2380", "has no scheme")]
    [InlineData("--listen-peer-urls=ftp://localhost:2380", "is not supported")]
    [InlineData("--listen-peer-urls=http://localhost", "is not scheme://host:port without a path")]
    [InlineData("--listen-peer-urls=http://localhost:99999", "is not a port number")]
    [InlineData("--listen-peer-urls=http://localhost:2379", "is given twice")]
    [InlineData("--listen-client-urls=http://127.0.0.1:1", "must be given too when listen-client-urls is given")]
    [InlineData("--initial-cluster=b=http://localhost:2380", "does not contain this member's name \"default\"")]
    [InlineData("--initial-cluster=default=http://localhost:9", "must be the addresses that initial-cluster gives")]
    [InlineData("--initial-cluster=default", "is not of the form name=url")]
    [InlineData("--initial-cluster=default=http://localhost:2380,x=http://localhost:2380", "is given twice")]
    [InlineData("--initial-cluster-state=old", "is not one of new, existing")]
    [InlineData("--peer-cert-file=server.crt", "peer-cert-file and peer-key-file go together")]
    [InlineData("--force-new-cluster", "cannot rebuild a cluster")]
    [InlineData("--discovery=http://x", "discovery services are not supported")]
    [InlineData("--snapshot-cuont=5", "did you mean --snapshot-count?")]
    [InlineData("--name", "needs a value")]
    [InlineData("serve", "is not a flag")]
    public void CommandLine_OneFault_IsOneErrorThatSaysWhy(string argument, string why)
    {
        ConfigurationError error = Assert.Single(Load(argument).Errors);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CommandLine_UnknownFlagBeforeAnother_DoesNotSwallowIt()
    {
        ConfigurationResult result = Load("--bogus", "--election-timeout=10");
        Assert.Equal(2, result.Errors.Count);
    }

    [Fact]
    public void CommandLine_ManyFaults_AreAllReported()
    {
        ConfigurationResult result = Load("--snapshot-count=x", "--bogus=1", "--batch-policy=magic", "--election-timeout=51s", "--peer-cert-file=a");
        Assert.Equal(5, result.Errors.Count);
    }

    [Theory]
    [InlineData("server: { raft: { snapshot_cuont: 5 } }", "did you mean server.raft.snapshot_count?")]
    [InlineData("server: { raft: { batch: 5 } }", "server.raft.batch")]
    [InlineData("server: { name: { a: b } }", "is a tree, but one value is expected")]
    [InlineData("nmae: x", "did you mean --name?")]
    [InlineData("- a", "does not hold keys and values")]
    [InlineData("a: [b", "is not YAML")]
    public void Yaml_OneFault_IsOneErrorThatNamesThePlace(string yaml, string why)
    {
        ConfigurationError error = Assert.Single(Load(new Hashtable(), yaml, "--config-file", File).Errors);
        Assert.StartsWith(File, error.Where, StringComparison.Ordinal);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ConfigFile_Missing_IsAnError()
    {
        ConfigurationResult result = ConfigurationLoader.Load(["--config", "gone"], new Hashtable(), _ => throw new FileNotFoundException("no such file"));
        Assert.Contains("cannot be read", Assert.Single(result.Errors).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignFlag_Harmless_WarnsOnly()
    {
        ConfigurationResult result = Load("--max-wals", "5", "--enable-v2", "--backend-batch-limit=100");
        Assert.Empty(result.Errors);
        Assert.Equal(3, result.Warnings.Count);
    }

    [Theory]
    [InlineData("--listen-client-urls=unix:///run/metastore.sock", "/run/metastore.sock")]
    [InlineData("--listen-client-urls=unix://localhost:2379", "localhost:2379")]
    [InlineData("--listen-client-urls=unix://localhost:2379/deep", "localhost:2379/deep")]
    public void ListenClientUrls_UnixSocket_IsTheWholeTextAfterTheScheme(string argument, string path)
    {
        ConfigurationResult result = Load(argument, "--advertise-client-urls=http://localhost:2379");
        Assert.Empty(result.Errors);
        Assert.Equal(path, Assert.Single(result.Options.Member.ListenClientUrls).SocketPath);
    }

    [Theory]
    [InlineData("--listen-peer-urls=unix:///run/peer.sock", "others reach this member by http and https only")]
    [InlineData("--advertise-client-urls=unix:///run/client.sock", "others reach this member by http and https only")]
    [InlineData("--listen-client-http-urls=unix://", "names no file")]
    [InlineData("--listen-peer-urls=unixs:///run/x.sock", "others reach this member by http and https only")]
    [InlineData("--listen-client-http-urls=http://::1:2381", "needs brackets: http://[::1]:2381")]
    [InlineData("--listen-client-http-urls=http://localhost:2379", "is given twice")]
    [InlineData("--listen-peer-urls=http://127.0.0.1:2380,http://[::1]:2380", "must be one address")]
    [InlineData("--log-outputs=default,stdout", "use stderr instead")]
    [InlineData("--log-outputs=systemd/journal,stdout", "the journal must be the only output")]
    [InlineData("--enable-log-rotation", "needs exactly one file")]
    [InlineData("--log-rotation-config-json={\"maxsize\": -1}", "is not a JSON object")]
    [InlineData("--feature-gates=Nothing=true", "is not an etcd feature gate")]
    [InlineData("--feature-gates=SetMemberLocalAddr=true", "has no such feature")]
    [InlineData("--feature-gates=InitialCorruptCheck", "is not of the form gate=true")]
    [InlineData("--distributed-tracing-address=localhost", "is not host:port of a collector")]
    [InlineData("--distributed-tracing-address=https://user@host:4317", "is not host:port of a collector")]
    [InlineData("--distributed-tracing-sampling-rate=1000001", "is outside 0 to 1000000")]
    public void CommandLine_WhatEtcdTakesInOtherForms_IsRefusedWithWhatToDo(string argument, string why)
    {
        ConfigurationError error = Assert.Single(Load(argument).Errors);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--snapshot-count=0x10", 16)]
    [InlineData("--snapshot-count=1_000", 1000)]
    [InlineData("--snapshot-count=0x1_0", 16)]
    [InlineData("--snapshot-count=010", 8)]
    [InlineData("--snapshot-count=0b101", 5)]
    [InlineData("--snapshot-count=+7", 7)]
    [InlineData("--snapshot-count=08", null)]
    [InlineData("--snapshot-count=0x", null)]
    public void CommandLine_WholeNumber_HasGosForms(string argument, int? expected)
    {
        ConfigurationResult result = Load(argument);
        Assert.Equal(expected is null ? 1 : 0, result.Errors.Count);
        Assert.Equal(expected ?? 10_000, result.Options.Consensus.SnapshotCount);
    }

    [Fact]
    public void Renamed_OldNameInTheEnvironmentAndNewOneOnTheCommandLine_TheCommandLineWins()
    {
        var environment = new Hashtable { ["ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL"] = "7s" };
        ConfigurationResult result = Load(environment, "watch-progress-notify-interval: 6000000000", "--config-file", File);
        Assert.Equal(TimeSpan.FromSeconds(7), result.Options.Watch.ProgressInterval);
        result = Load(environment, "", "--watch-progress-notify-interval=5s");
        Assert.Empty(result.Errors);
        Assert.Equal(TimeSpan.FromSeconds(5), result.Options.Watch.ProgressInterval);
    }

    [Fact]
    public void Renamed_BothNamesOnTheCommandLineWithTwoValues_IsAnError()
    {
        ConfigurationError error = Assert.Single(Load("--max-learners=2", "--experimental-max-learners=3").Errors);
        Assert.Contains("is the same setting as --max-learners", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FeatureGates_OfChecksAndLeases_AreTheirSettings()
    {
        ConfigurationResult result = Load("--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true,LeaseCheckpoint=false,FastLeaseKeepAlive=true", "--corrupt-check-time=0");
        Assert.Empty(result.Errors);
        Assert.Single(result.Warnings);
        UpkeepOptions upkeep = result.Options.Upkeep;
        Assert.Equal((true, TimeSpan.FromMinutes(1), TimeSpan.Zero), (upkeep.InitialCorruptCheck, upkeep.EffectiveCheckTime, upkeep.EffectiveCheckpointInterval));
    }

    [Theory]
    [InlineData("pre-vote: no", false)]
    [InlineData("pre-vote: Off", false)]
    [InlineData("pre-vote: on", true)]
    public void Yaml_Switch_TakesYamlsWords(string yaml, bool expected)
    {
        ConfigurationResult result = Load(new Hashtable(), yaml, "--config-file", File);
        Assert.Empty(result.Errors);
        Assert.Equal(expected, result.Options.Consensus.PreVote);
    }

    [Fact]
    public void Yaml_TreesOfEtcd_AreReadAndRefusedByTheirFlags()
    {
        const string yaml = """
            peer-transport-security:
              allowed-hostname: peer.example
            socket-options:
              reuse-port: true
            discovery-config:
              endpoints: [http://x:2379]
            """;
        ConfigurationResult result = Load(new Hashtable(), yaml, "--config-file", File);
        Assert.Single(result.Errors);
        Assert.Equal(["peer.example"], result.Options.PeerTls.AllowedHostnames);
        Assert.True(result.Options.Limits.SocketReusePort);
    }

    [Theory]
    [InlineData("--version", StartCommand.Version)]
    [InlineData("-h", StartCommand.Help)]
    [InlineData("--help", StartCommand.Help)]
    [InlineData("--what-if", StartCommand.WhatIf)]
    public void CommandLine_Questions_AreCommands(string argument, StartCommand command)
    {
        Assert.Equal(command, Load(argument).Command);
    }

    [Fact]
    public void Version_FirstLine_IsWhatTestFrameworksParse()
    {
        Assert.Equal("etcd Version: 3.6.14", ConfigurationText.Version().Split('\n')[0]);
    }

    [Fact]
    public void WhatIf_OneValueFromTheCommandLine_NamesItsSource()
    {
        string text = ConfigurationText.WhatIf(Load("--snapshot-count=5"));
        Assert.Contains("server.raft.snapshot_count: 5  # --snapshot-count\n", text, StringComparison.Ordinal);
        Assert.Contains("server.raft.batch.policy: dynamic  # default\n", text, StringComparison.Ordinal);
    }

    private static ConfigurationResult Load(params string[] arguments) => Load(new Hashtable(), "", arguments);

    private static ConfigurationResult Load(Hashtable environment, string yaml, params string[] arguments) =>
        ConfigurationLoader.Load(arguments, environment, _ => new StringReader(yaml));
}
