using MetaStore.Raft.Runtime.Batching;
using MetaStore.Raft.Runtime.Batching.Policies;

namespace MetaStore.Raft.Runtime.Tests.Batching;

public sealed class BatchSettingsTests
{
    public static TheoryData<BatchSettings, string> Faults => new()
    {
        { new BatchSettings { MinBatchSize = 0 }, "min_batch_size must be positive" },
        { new BatchSettings { MinBatchSize = 9, MaxBatchSize = 8 }, "min_batch_size (9) must not exceed max_batch_size (8)" },
        { new BatchSettings { MaxBatchSize = 1 << 20 }, "max_batch_size must be at most" },
        { new BatchSettings { MaxBatchBytes = 0 }, "max_batch_bytes must be positive" },
        { new BatchSettings { MinTimeout = TimeSpan.Zero }, "min_timeout must be positive" },
        { new BatchSettings { MinTimeout = TimeSpan.FromMilliseconds(30) }, "min_timeout (30 ms) must not exceed max_timeout (20 ms)" },
        { new BatchSettings { LoadThreshold = -0.1 }, "load_threshold must be between 0 and 1" },
        { new BatchSettings { LoadThreshold = double.NaN }, "load_threshold must be between 0 and 1" },
        { new BatchSettings { PipelineDepth = 0 }, "pipeline_depth must be positive" },
        { new BatchSettings { CompressionMinBytes = 0 }, "compression_min_bytes must be positive" },
        { new BatchSettings { Fixed = new FixedPolicySettings { BatchSize = 0 } }, "fixed.batch_size must be" },
        { new BatchSettings { Target = new TargetPolicySettings { AdaptationRate = 0 } }, "target.adaptation_rate must be" },
        { new BatchSettings { Policy = (BatchPolicyKind)77 }, "policy 77 is unknown" },
    };

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(new BatchSettings().Validate());

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_Fault_HasItsOwnMessage(BatchSettings settings, string message) =>
        Assert.StartsWith(message, Assert.Single(settings.Validate()), StringComparison.Ordinal);
}
