using MetaStore.Batching.Admission;

namespace MetaStore.Batching.Tests.Admission;

public sealed class AdmissionSettingsTests
{
    public static TheoryData<AdmissionSettings, string> Faulty => new()
    {
        { new() { Mode = (AdmissionMode)9 }, "admission.mode 9 is unknown: use dynamic, fixed or adaptive" },
        { new() { Initial = 0 }, "admission.initial_credits must be from 1 to 1000000, but is 0" },
        { new() { Min = 0 }, "admission.min_credits must be from 1 to 1000000, but is 0" },
        { new() { Max = 1_000_001 }, "admission.max_credits must be from 1 to 1000000, but is 1000001" },
        { new() { Min = 5, Max = 4, Initial = 4 }, "admission.min_credits (5) must not exceed max_credits (4)" },
        { new() { Initial = 99 }, "admission.initial_credits must be from min_credits (100) to max_credits (10000), but is 99" },
        { new() { PerConnection = -1 }, "admission.credits_per_connection must be from 0 to 1000000, but is -1" },
        { new() { RefillRate = 0 }, "admission.refill_rate must be from 1 to 100000000, but is 0" },
        { new() { RefillInterval = TimeSpan.Zero }, "admission.refill_interval must be from 1 ms to 10000 ms, but is 0 ms" },
        { new() { MemoryThreshold = 1.5 }, "admission.memory_threshold must be above 0 and at most 1, but is 1.5" },
        { new() { MemoryThreshold = double.NaN }, "admission.memory_threshold must be above 0 and at most 1, but is NaN" },
        { new() { LatencyCeiling = TimeSpan.FromHours(1) }, "admission.latency_ceiling must be from 1 ms to 60000 ms, but is 3600000 ms" },
        { new() { MaxBytes = 1 }, "admission.max_bytes must be from 1048576 to 4294967296, but is 1" },
        { new() { MaxWait = TimeSpan.FromMicroseconds(500) }, "admission.max_wait must be from 1 ms to 60000 ms, but is 0.5 ms" },
        { new() { MaxWaiting = 0 }, "admission.queue_proposals must be from 1 to 1000000, but is 0" },
        { new() { MaxWaitingBytes = 0 }, "admission.queue_bytes must be from 1 to 1099511627776, but is 0" },
        { new() { Reserved = 10_001 }, "admission.reserved_credits must be from 0 to 10000, but is 10001" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Validate_Fault_IsNamed(AdmissionSettings settings, string message) => Assert.Contains(message, settings.Validate());

    [Fact]
    public void Validate_Defaults_AreWell() => Assert.Empty(new AdmissionSettings().Validate());
}
