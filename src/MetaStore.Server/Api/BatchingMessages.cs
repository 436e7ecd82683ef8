using MetaStore.Raft.Runtime.Batching.Policies;
using MetaStore.Protocol.V1;
using Runtime = MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Server.Api;

/// <summary>Batching settings between the batcher's records and metastore.v1. Times on the wire are microseconds.</summary>
internal static class BatchingMessages
{
    /// <summary>The settings with every field set.</summary>
    public static BatchSettings ToWire(Runtime.BatchSettings settings) => new()
    {
        Policy = (BatchPolicy)(int)settings.Policy,
        MinBatchSize = settings.MinBatchSize,
        MaxBatchSize = settings.MaxBatchSize,
        MaxBatchBytes = settings.MaxBatchBytes,
        MaxCommandBytes = settings.MaxCommandBytes,
        MinTimeoutUs = Micros(settings.MinTimeout),
        MaxTimeoutUs = Micros(settings.MaxTimeout),
        LoadThreshold = settings.LoadThreshold,
        FlushWhenIdle = settings.FlushWhenIdle,
        PipelineDepth = settings.PipelineDepth,
        Compression = (BatchCompression)(int)settings.Compression,
        CompressionMinBytes = settings.CompressionMinBytes,
        FixedBatchSize = settings.Fixed.BatchSize,
        FixedTimeoutUs = Micros(settings.Fixed.Timeout),
        ThroughputAdaptiveMaxSize = settings.Throughput.AdaptiveMaxSize,
        ThroughputEvaluationIntervalUs = Micros(settings.Throughput.EvaluationInterval),
        TargetInitialSize = settings.Target.InitialSize,
        TargetMinSize = settings.Target.MinSize,
        TargetMaxSize = settings.Target.MaxSize,
        TargetThroughput = settings.Target.ThroughputTarget ?? 0,
        TargetLatencyUs = Micros(settings.Target.LatencyTarget ?? TimeSpan.Zero),
        TargetAdaptationRate = settings.Target.AdaptationRate,
        TargetEvaluationIntervalUs = Micros(settings.Target.EvaluationInterval),
        TargetStabilityThreshold = settings.Target.StabilityThreshold,
    };

    /// <summary>The settings in force, changed where the message sets a field. Not validated.</summary>
    public static Runtime.BatchSettings Merge(Runtime.BatchSettings now, BatchSettings change) => now with
    {
        Policy = change.HasPolicy ? (Runtime.BatchPolicyKind)(int)change.Policy : now.Policy,
        MinBatchSize = change.HasMinBatchSize ? change.MinBatchSize : now.MinBatchSize,
        MaxBatchSize = change.HasMaxBatchSize ? change.MaxBatchSize : now.MaxBatchSize,
        MaxBatchBytes = change.HasMaxBatchBytes ? change.MaxBatchBytes : now.MaxBatchBytes,
        MaxCommandBytes = change.HasMaxCommandBytes ? change.MaxCommandBytes : now.MaxCommandBytes,
        MinTimeout = change.HasMinTimeoutUs ? Time(change.MinTimeoutUs) : now.MinTimeout,
        MaxTimeout = change.HasMaxTimeoutUs ? Time(change.MaxTimeoutUs) : now.MaxTimeout,
        LoadThreshold = change.HasLoadThreshold ? change.LoadThreshold : now.LoadThreshold,
        FlushWhenIdle = change.HasFlushWhenIdle ? change.FlushWhenIdle : now.FlushWhenIdle,
        PipelineDepth = change.HasPipelineDepth ? change.PipelineDepth : now.PipelineDepth,
        Compression = change.HasCompression ? (Runtime.BatchCompression)(int)change.Compression : now.Compression,
        CompressionMinBytes = change.HasCompressionMinBytes ? change.CompressionMinBytes : now.CompressionMinBytes,
        Fixed = new FixedPolicySettings
        {
            BatchSize = change.HasFixedBatchSize ? change.FixedBatchSize : now.Fixed.BatchSize,
            Timeout = change.HasFixedTimeoutUs ? Time(change.FixedTimeoutUs) : now.Fixed.Timeout,
        },
        Throughput = now.Throughput with
        {
            AdaptiveMaxSize = change.HasThroughputAdaptiveMaxSize ? change.ThroughputAdaptiveMaxSize : now.Throughput.AdaptiveMaxSize,
            EvaluationInterval = change.HasThroughputEvaluationIntervalUs ? Time(change.ThroughputEvaluationIntervalUs) : now.Throughput.EvaluationInterval,
        },
        Target = Merge(now.Target, change),
    };

    private static TargetPolicySettings Merge(TargetPolicySettings now, BatchSettings change) => now with
    {
        InitialSize = change.HasTargetInitialSize ? change.TargetInitialSize : now.InitialSize,
        MinSize = change.HasTargetMinSize ? change.TargetMinSize : now.MinSize,
        MaxSize = change.HasTargetMaxSize ? change.TargetMaxSize : now.MaxSize,
        ThroughputTarget = change.HasTargetThroughput ? NullIfZero(change.TargetThroughput) : now.ThroughputTarget,
        LatencyTarget = change.HasTargetLatencyUs ? (change.TargetLatencyUs == 0 ? null : Time(change.TargetLatencyUs)) : now.LatencyTarget,
        AdaptationRate = change.HasTargetAdaptationRate ? change.TargetAdaptationRate : now.AdaptationRate,
        EvaluationInterval = change.HasTargetEvaluationIntervalUs ? Time(change.TargetEvaluationIntervalUs) : now.EvaluationInterval,
        StabilityThreshold = change.HasTargetStabilityThreshold ? change.TargetStabilityThreshold : now.StabilityThreshold,
    };

    private static double? NullIfZero(double value) => value == 0 ? null : value;

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;

    /// <summary>Far too large values are cut to a day, which validation refuses with its own words.</summary>
    private static TimeSpan Time(long micros) => TimeSpan.FromMicroseconds(Math.Clamp(micros, -1, 86_400_000_000));
}
