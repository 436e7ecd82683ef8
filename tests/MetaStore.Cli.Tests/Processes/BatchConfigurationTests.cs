using MetaStore.Batching.SettingTable;
using MetaStore.Client;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>A member restarted with different batching configurations: the configuration is in force, settings made at run time are lost.</summary>
[Collection(nameof(OneAtATime))]
public sealed class BatchConfigurationTests
{
    private static readonly Dictionary<BatchPolicy, (string Key, string Value)[]> Configurations = new()
    {
        [BatchPolicy.Fixed] = [("fixed.batch_size", "9"), ("fixed.timeout", "3ms")],
        [BatchPolicy.Throughput] = [("throughput.floor_size", "2"), ("throughput.adaptive_max_size", "99"), ("throughput.evaluation_interval", "1s"), ("min_timeout", "1ms")],
        [BatchPolicy.Target] =
        [
            ("target.throughput_target", "5000"), ("target.latency_target", "9ms"), ("target.initial_size", "8"), ("target.min_size", "2"), ("target.max_size", "128"),
            ("target.adaptation_rate", "0.5"), ("target.evaluation_interval", "2s"), ("target.stability_threshold", "3"), ("max_command_bytes", "4MiB"),
        ],
    };

    [Fact]
    public async Task EveryPolicy_IsConfigured_ByFileVariableAndFlag()
    {
        await using var cluster = ProcessCluster.OfMetaStore(1);
        var node = cluster.Nodes[0];
        foreach (var (policy, (own, at)) in Configurations.Select((pair, at) => (pair.Key, (pair.Value, at))))
        {
            (string Key, string Value)[] settings = [("policy", policy.ToString().ToLowerInvariant()), .. own];
            switch (at)
            {
                case 0:
                    cluster.Launch(node, [.. settings.Select(setting => $"--{BatchSettingTable.ByKey[setting.Key].Flag}={setting.Value}")]);
                    break;
                case 1:
                    cluster.LaunchWith(node, settings.ToDictionary(
                        setting => "METASTORE_" + BatchSettingTable.ByKey[setting.Key].Flag.Replace('-', '_').ToUpperInvariant(), setting => setting.Value));
                    break;
                default:
                    var file = Path.Combine(Path.GetDirectoryName(node.DataDirectory)!, "batching.yaml");
                    await File.WriteAllTextAsync(file, Yaml(settings));
                    cluster.Launch(node, "--config-file", file);
                    break;
            }

            await cluster.WaitUntilHealthyAsync(node);
            using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(node.Endpoint));
            var expected = BatchSettingMessage.Of(new Batching.Settings.BatchSettings());
            foreach (var (key, value) in settings)
            {
                var row = BatchSettingTable.ByKey[key];
                BatchSettingMessage.Write(expected, row, NumberOf(row, value));
            }

            Assert.Equal(expected, (await client.Batching.GetAsync()).Settings);
            await client.Kv.PutAsync("k", "v");

            // In force until the next start only.
            var (code, _, error) = await InProcess.RunAsync("--endpoints", node.Endpoint, "batch", "set", "--policy=dynamic", "--pipeline-depth=7");
            Assert.True(code == 0, error);
            Assert.Equal(7, (await client.Batching.GetAsync()).Settings.PipelineDepth);
            await node.Process!.KillAsync();
        }
    }

    private static string Yaml((string Key, string Value)[] settings) => "server:\n  raft:\n    batch:\n"
        + string.Concat(settings.Where(setting => !setting.Key.Contains('.')).Select(setting => $"      {setting.Key}: {setting.Value}\n"))
        + string.Concat(settings.Where(setting => setting.Key.Contains('.')).GroupBy(setting => setting.Key.Split('.')[0])
            .Select(group => $"      {group.Key}:\n" + string.Concat(group.Select(setting => $"        {setting.Key.Split('.')[1]}: {setting.Value}\n"))));

    /// <summary>The number with this text in a table; found by search, so that the test does not parse values by its own rules.</summary>
    private static double NumberOf(BatchSetting row, string value)
    {
        double[] candidates = [.. Enumerable.Range(0, 10_000).SelectMany(i => (double[])[i, i / 10.0, i * 1e3, i * 1e6, i * 1048576.0])];
        return candidates.First(candidate => row.Text(candidate) == value);
    }
}
