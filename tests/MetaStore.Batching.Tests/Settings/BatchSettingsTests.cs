using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Tests.Settings;

public sealed class BatchSettingsTests
{
    public static TheoryData<BatchSettings, string> Faults => new()
    {
        { new BatchSettings { MinBatchSize = 0 }, "server.raft.batch.min_batch_size = \"0\": is outside 1 to 65536" },
        { new BatchSettings { MinBatchSize = 9, MaxBatchSize = 8 }, "server.raft.batch.min_batch_size = \"9\": must not exceed max_batch_size (8)" },
        { new BatchSettings { MaxBatchSize = 1 << 20 }, "server.raft.batch.max_batch_size = \"1048576\": is outside 1 to 65536" },
        { new BatchSettings { MaxBatchBytes = 0 }, "server.raft.batch.max_batch_bytes = \"0\": is outside 1 to 16777199" },
        { new BatchSettings { MinTimeout = TimeSpan.Zero }, "server.raft.batch.min_timeout = \"0s\": is outside 1us to 10s" },
        { new BatchSettings { MinTimeout = TimeSpan.FromMilliseconds(30) }, "server.raft.batch.min_timeout = \"30ms\": must not exceed max_timeout (20ms)" },
        { new BatchSettings { LoadThreshold = -0.1 }, "server.raft.batch.load_threshold = \"-0.1\": is not a number from 0 to 1" },
        { new BatchSettings { LoadThreshold = double.NaN }, "server.raft.batch.load_threshold = \"NaN\": is not a number from 0 to 1" },
        { new BatchSettings { PipelineDepth = 0 }, "server.raft.batch.pipeline_depth = \"0\": is outside 1 to 1024" },
        { new BatchSettings { CompressionMinBytes = 0 }, "server.raft.batch.compression_min_bytes = \"0\": is outside 1 to 16MiB" },
        { new BatchSettings { Fixed = new FixedPolicySettings { BatchSize = 0 } }, "server.raft.batch.fixed.batch_size = \"0\": is outside 1 to 65536" },
        { new BatchSettings { Target = new TargetPolicySettings { AdaptationRate = 0 } }, "server.raft.batch.target.adaptation_rate = \"0\": is not a number from 0.001 to 1" },
        { new BatchSettings { Target = new TargetPolicySettings { MaxSize = 32 } }, "server.raft.batch.target.initial_size = \"64\": must not exceed target.max_size (32)" },
        { new BatchSettings { Target = new TargetPolicySettings { MinSize = 65 } }, "server.raft.batch.target.initial_size = \"64\": must not be below target.min_size (65)" },
        { new BatchSettings { Throughput = new ThroughputPolicySettings { AdaptiveMaxSize = 15 } }, "server.raft.batch.throughput.floor_size = \"16\": must not exceed throughput.adaptive_max_size (15)" },
        { new BatchSettings { Throughput = new ThroughputPolicySettings { FloorSize = 0 } }, "server.raft.batch.throughput.floor_size = \"0\": is outside 1 to 65536" },
        { new BatchSettings { Policy = (BatchPolicyKind)77 }, "server.raft.batch.policy = \"77\": is not one of dynamic, fixed, throughput, target, off" },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(new BatchSettings().Validate());

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_Fault_HasItsOwnMessage(BatchSettings settings, string message) =>
        Assert.Equal(message, Assert.Single(settings.Validate()));
}
