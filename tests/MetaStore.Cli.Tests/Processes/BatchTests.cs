using MetaStore.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>The batcher's settings through the command line, on three real members: each field to each kind of value, zero, false and none among them.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BatchTests(BatchTests.ThreeMembers members) : IClassFixture<BatchTests.ThreeMembers>
{
    /// <summary>Flag, value, and what of the answer to <c>-w json</c> says so. The last of each is the default again.</summary>
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
        { "--max-batch-bytes", "4096", "\"max_batch_bytes\":4096," },
        { "--max-batch-bytes", "1048576", "\"max_batch_bytes\":1048576," },
        { "--max-command-bytes", "1048576", "\"max_command_bytes\":1048576" },
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
            Assert.Contains(says, output, StringComparison.Ordinal);
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
    public async Task OffAndOn_AtEveryMember_AndStatusShowsTheCompression()
    {
        foreach (var (verb, policy) in new[] { ("off", "off"), ("on", "dynamic") })
        {
            var (code, output, error) = await InProcess.RunAsync("--endpoints", members.Follower, "batch", verb);
            Assert.True(code == 0, error);
            Assert.Equal(3, output.Split('\n').Count(line => line.StartsWith("  policy", StringComparison.Ordinal) && line.EndsWith(policy, StringComparison.Ordinal)));
        }

        Assert.Equal(0, (await InProcess.RunAsync("--endpoints", members.Follower, "batch", "set", "--compression=gzip", "--compression-min-bytes=100")).Code);
        var status = (await InProcess.RunAsync("--endpoints", members.Leader, "batch", "status")).Output;
        Assert.Equal(3, status.Split('\n').Count(line => line.EndsWith("gzip, from 100 bytes on", StringComparison.Ordinal)));
        Assert.Equal(0, (await InProcess.RunAsync("--endpoints", members.Follower, "batch", "set", "--compression=none")).Code);
        Assert.Contains("compression        none", (await InProcess.RunAsync("--endpoints", members.Leader, "batch", "status")).Output, StringComparison.Ordinal);
    }

    /// <summary>Three members, and who leads.</summary>
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
