using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Policies;

/// <summary>Selects the policy for the settings.</summary>
internal static class BatchPolicies
{
    public static IBatchPolicy Create(BatchSettings settings) => settings.Policy switch
    {
        BatchPolicyKind.Dynamic => new DynamicPolicy(settings),
        BatchPolicyKind.Fixed => new FixedPolicy(settings.Fixed.BatchSize, settings.Fixed.Timeout, settings.MaxBatchSize),
        BatchPolicyKind.Throughput => new ThroughputPolicy(settings.Throughput, settings.MinTimeout),
        BatchPolicyKind.Target => new TargetPolicy(settings.Target, settings.MinTimeout),
        BatchPolicyKind.Off => new FixedPolicy(size: 1, settings.MinTimeout, settings.MaxBatchSize),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Policy, "no such batch policy"),
    };
}
