using MetaStore.Batching.SettingTable;
using MetaStore.Client;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>The batcher's settings through the command line, on three real members: each field with each kind of value, including zero, false and none.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BatchTests(BatchTests.ThreeMembers members) : IClassFixture<BatchTests.ThreeMembers>
{
    /// <summary>Flag, value, and the part of the <c>-w json</c> output that shows it. The last of each is the default again.</summary>
    public static TheoryData<string, string, string> Values => new()
    {
        { "--policy", "fixed", "\"policy\":\"BATCH_POLICY_FIXED\"" },
        { "--policy", "throughput", "\"policy\":\"BATCH_POLICY_THROUGHPUT\"" },
        { "--policy", "target", "\"policy\":\"BATCH_POLICY_TARGET\"" },
        { "--policy", "off", "\"policy\":\"BATCH_POLICY_OFF\"" },
        { "--policy", "dynamic", "\"policy\":\"BATCH_POLICY_DYNAMIC\"" },
        { "--flush-when-idle", "false", "\"flush_when_idle\":false" },
        { "--flush-when-idle", "true", "\"flush_when_idle\":true" },
        { "--compression", "gzip", "\"compression\":\"BATCH_COMPRESSION_GZIP\"" },
        { "--compression", "none", "\"compression\":\"BATCH_COMPRESSION_NONE\"" },
        { "--load-threshold", "0", "\"load_threshold\":0," },
        { "--load-threshold", "1", "\"load_threshold\":1," },
        { "--load-threshold", "0.7", "\"load_threshold\":0.7," },
        { "--min-batch-size", "2", "\"min_batch_size\":2," },
        { "--min-batch-size", "1", "\"min_batch_size\":1," },
        { "--max-batch-size", "65536", "\"max_batch_size\":65536," },
        { "--max-batch-size", "256", "\"max_batch_size\":256," },
        { "--max-batch-bytes", "4KiB", "\"max_batch_bytes\":4096," },
        { "--max-batch-bytes", "1048576", "\"max_batch_bytes\":1048576," },
        { "--max-command-bytes", "4MiB", "\"max_command_bytes\":4194304" },
        { "--max-command-bytes", "2097152", "\"max_command_bytes\":2097152" },
        { "--min-timeout", "1us", "\"min_timeout_us\":1," },
        { "--min-timeout", "5ms", "\"min_timeout_us\":5000," },
        { "--max-timeout", "10s", "\"max_timeout_us\":10000000," },
        { "--max-timeout", "20ms", "\"max_timeout_us\":20000," },
        { "--pipeline-depth", "7", "\"pipeline_depth\":7," },
        { "--compression-min-bytes", "1", "\"compression_min_bytes\":1," },
        { "--fixed-batch-size", "9", "\"fixed_batch_size\":9," },
        { "--fixed-timeout", "3ms", "\"fixed_timeout_us\":3000," },
        { "--throughput-adaptive-max-size", "99", "\"throughput_adaptive_max_size\":99," },
        { "--throughput-floor-size", "15", "\"throughput_floor_size\":15" },
        { "--throughput-evaluation-interval", "1s", "\"throughput_evaluation_interval_us\":1000000," },
        { "--target-initial-size", "8", "\"target_initial_size\":8," },
        { "--target-min-size", "2", "\"target_min_size\":2," },
        { "--target-max-size", "128", "\"target_max_size\":128," },
        { "--target-throughput", "5000", "\"target_throughput\":5000," },
        { "--target-throughput", "0", "\"target_throughput\":0," },
        { "--target-latency", "9ms", "\"target_latency_us\":9000," },
        { "--target-latency", "0", "\"target_latency_us\":0," },
        { "--target-adaptation-rate", "1", "\"target_adaptation_rate\":1," },
        { "--target-evaluation-interval", "2s", "\"target_evaluation_interval_us\":2000000," },
        { "--target-stability-threshold", "3", "\"target_stability_threshold\":3," },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Set_Value_IsInForce_AtTheLeaderAndAtAFollower(string flag, string value, string says)
    {
        foreach (var endpoint in new[] { members.Leader, members.Follower })
        {
            var (code, output, error) = await InProcess.RunAsync("--endpoints", endpoint, "-w", "json", "batch", "set", "--endpoints-only", $"{flag}={value}");
            Assert.True(code == 0, $"{code}: {error}");
            Assert.Contains(says, output[output.IndexOf("\"After\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
            Assert.Contains(says, (await InProcess.RunAsync("--endpoints", endpoint, "-w", "json", "batch", "status", "--endpoints-only")).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task EverySettableField_HasAFlag_AndATest()
    {
        var fields = MetaStore.Protocol.V1.BatchSettings.Descriptor.Fields.InFieldNumberOrder().Select(field => "--" + field.Name.Replace("_us", string.Empty, StringComparison.Ordinal).Replace('_', '-')).Order().ToArray();
        Assert.Equal(fields, Values.Select(row => (string)row[0]).Distinct().Order());
        Assert.Equal(128, (await InProcess.RunAsync("--endpoints", members.Leader, "batch", "set")).Code);
    }

    [Fact]
    public async Task OffAndOn_SayWhatChangedAtEachMember_AndStatusShowsTheCompression()
    {
        foreach (var (verb, change) in new[] { ("off", "dynamic -> off"), ("off", "off, nothing changed"), ("on", "off -> dynamic") })
        {
            var (code, output, error) = await InProcess.RunAsync("--endpoints", members.Follower, "batch", verb);
            Assert.True(code == 0, error);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(members.All.Split(',').Order(), lines[..3].Select(line => line.Split(' ')[0]).Order());
            Assert.All(lines[..3], line => Assert.EndsWith("  " + change, line, StringComparison.Ordinal));
            Assert.Equal($"Until the next start. To keep it: server.raft.batch.policy: {(verb == "off" ? "off" : "dynamic")}", lines[3]);
            Assert.StartsWith("Next: metactl batch compare", lines[4], StringComparison.Ordinal);
            Assert.Equal(5, lines.Length);
        }

        Assert.Equal(0, (await InProcess.RunAsync("--endpoints", members.Follower, "batch", "set", "--compression=gzip", "--compression-min-bytes=100")).Code);
        var status = (await InProcess.RunAsync("--endpoints", members.Leader, "batch", "status")).Output;
        Assert.Equal(3, status.Split('\n').Count(line => line.EndsWith("gzip from 100 on", StringComparison.Ordinal)));
        Assert.Equal(0, (await InProcess.RunAsync("--endpoints", members.Follower, "batch", "set", "--compression=none", "--compression-min-bytes=1KiB")).Code);
        Assert.Contains("  compression  none\n", (await InProcess.RunAsync("--endpoints", members.Leader, "batch", "status")).Output, StringComparison.Ordinal);
    }

    /// <summary>Sets each policy with its own settings by one command, and compares with every member's service.</summary>
    [Theory]
    [InlineData("on --policy fixed --fixed-batch-size 9 --fixed-timeout 3ms", BatchPolicy.Fixed)]
    [InlineData("on --policy throughput --throughput-floor-size 2 --throughput-adaptive-max-size 99 --throughput-evaluation-interval 1s", BatchPolicy.Throughput)]
    [InlineData("on --policy target --target-throughput 5000 --target-latency 9ms --target-initial-size 8 --target-min-size 2 --target-max-size 128", BatchPolicy.Target)]
    [InlineData("set --policy dynamic --flush-when-idle=false --min-batch-size 2 --max-batch-size 512 --min-timeout 1ms --max-timeout 2ms --load-threshold 0.5", BatchPolicy.Dynamic)]
    public async Task Policy_WithItsSettings_IsInForceAtEveryMember(string words, BatchPolicy policy)
    {
        var (code, output, error) = await InProcess.RunAsync(["--endpoints", members.Follower, "batch", .. words.Split(' ')]);
        Assert.True(code == 0, error);
        string[] given = words.Split(' ', '=');
        foreach (var endpoint in members.All.Split(','))
        {
            using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(endpoint));
            var settings = (await client.Batching.GetAsync()).Settings;
            Assert.Equal(policy, settings.Policy);
            foreach (var setting in BatchSettingTable.All.Where(setting => given.Contains("--" + setting.ControlFlag)))
            {
                var value = given[Array.IndexOf(given, "--" + setting.ControlFlag) + 1];
                Assert.Equal(value, setting.Text(BatchSettingMessage.Read(settings, setting)!.Value));
                Assert.Contains($"  {setting.Path}: {value}\n", output, StringComparison.Ordinal);
            }

            await client.Batching.SetAsync(BatchSettingMessage.Of(new Batching.Settings.BatchSettings()));
        }
    }

    [Theory]
    [InlineData("--min-batch-size=300", "server.raft.batch.min_batch_size = \"300\": must not exceed max_batch_size (256)")]
    [InlineData("--pipeline-depth=1025", "server.raft.batch.pipeline_depth = \"1025\": is outside 1 to 1024")]
    [InlineData("--target-adaptation-rate=2", "server.raft.batch.target.adaptation_rate = \"2\": is not a number from 0.001 to 1")]
    [InlineData("--max-command-bytes=1MiB", "server.raft.batch.max_command_bytes = \"1MiB\": is outside 2MiB to 16777181")]
    public async Task Set_ValueOutOfRange_IsRefusedInTheWordsOfTheConfiguration(string flag, string sentence)
    {
        var (code, output, error) = await InProcess.RunAsync("--endpoints", members.Follower, "batch", "set", flag, "--flush-when-idle=false");
        Assert.Equal((1, string.Empty, $"Error: {sentence}\n"), (code, output, error));
        Assert.Contains("\"flush_when_idle\":true", (await InProcess.RunAsync("--endpoints", members.Follower, "-w", "json", "batch", "status", "--endpoints-only")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", "--policy=off", "the policy off is not on; write metactl batch off")]
    [InlineData("set", "--policy=magic", "unknown policy 'magic'; write dynamic, fixed, throughput, target, off")]
    [InlineData("set", "--max-batch-bytes=much", "\"much\" is not a size such as 1048576, 512KiB or 1MiB")]
    [InlineData("set", "--min-timeout=500ns", "\"500ns\" is not an integer of microseconds")]
    public async Task Words_ThatMakeNoSense_AreRefusedBeforeAnythingIsSent(string verb, string flag, string says)
    {
        var (code, _, error) = await InProcess.RunAsync("--endpoints", "127.0.0.1:1", "batch", verb, flag);
        Assert.True(code != 0);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemberThatDoesNotAnswer_IsNamed_AndTheOthersAreShown()
    {
        foreach (var verb in new[] { "status", "on" })
        {
            var (code, output, error) = await InProcess.RunAsync("--endpoints", members.Leader + ",127.0.0.1:1", "--command-timeout=1s", "batch", verb, "--endpoints-only");
            Assert.Equal(1, code);
            Assert.StartsWith(members.Leader, output, StringComparison.Ordinal);
            Assert.StartsWith($"Failed to {(verb == "on" ? "set" : "get")} the batching of endpoint 127.0.0.1:1 (", error, StringComparison.Ordinal);
        }
    }

    /// <summary>Three members, and the leader.</summary>
    public sealed class ThreeMembers : IAsyncLifetime
    {
        private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(3);

        public string Leader { get; private set; } = string.Empty;

        public string Follower { get; private set; } = string.Empty;

        /// <summary>host:port of every member, comma separated.</summary>
        public string All => _cluster.Endpoints;

        public async Task InitializeAsync()
        {
            await _cluster.StartAsync();
            foreach (var node in _cluster.Nodes)
            {
                using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(node.Endpoint));
                var status = await client.Maintenance.StatusAsync(new MetaStore.Protocol.Etcd.StatusRequest());
                if (status.Leader == status.Header.MemberId)
                {
                    Leader = node.Endpoint;
                }
                else
                {
                    Follower = node.Endpoint;
                }
            }
        }

        public async Task DisposeAsync() => await _cluster.DisposeAsync();
    }
}
