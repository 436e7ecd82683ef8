using MetaStore.Batching.Policies;
using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Tests.Policies;

/// <summary>For all settings and samples: size and timeout stay in their range, and nothing becomes NaN.</summary>
public sealed class PolicyPropertyTests
{
    private const int Sequences = 300;
    private const int SamplesPerSequence = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(20261129)]
    public void AnySamples_StayInTheRangeOfTheSettings(int seed)
    {
        Random random = new(seed);
        foreach (BatchPolicyKind kind in Enum.GetValues<BatchPolicyKind>())
        {
            for (int sequence = 0; sequence < Sequences; sequence++)
            {
                BatchSettings settings = AnySettings(random, kind);
                Assert.Empty(settings.Validate());
                IBatchPolicy policy = BatchPolicies.Create(settings);
                TimeSpan now = TimeSpan.Zero;
                PolicyState state = policy.Start(now);
                CheckRange(settings, state, seed);
                for (int sample = 0; sample < SamplesPerSequence; sample++)
                {
                    now += AnyTime(random);
                    state = policy.Next(state, AnySample(random, now));
                    CheckRange(settings, state, seed);
                }
            }
        }
    }

    /// <summary>More demand in every sample never results in a smaller size or a shorter wait.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(42)]
    public void Dynamic_IsMonotoneInTheDemand(int seed)
    {
        Random random = new(seed);
        for (int sequence = 0; sequence < Sequences; sequence++)
        {
            IBatchPolicy policy = BatchPolicies.Create(AnySettings(random, BatchPolicyKind.Dynamic));
            (PolicyState less, PolicyState more) = (policy.Start(TimeSpan.Zero), policy.Start(TimeSpan.Zero));
            for (int sample = 0; sample < SamplesPerSequence; sample++)
            {
                int demand = random.Next(2000);
                less = policy.Next(less, new LoadSample(demand, 1, TimeSpan.Zero, TimeSpan.Zero));
                more = policy.Next(more, new LoadSample(demand + random.Next(500), 1, TimeSpan.Zero, TimeSpan.Zero));
                Assert.True(more.Load >= less.Load && more.Size >= less.Size && more.Timeout >= less.Timeout, $"seed {seed}: {less} {more}");
            }
        }
    }

    /// <summary>Constant demand results in the size of the table after a few dozen flushes, from any earlier state.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(50, 36)]
    [InlineData(256, 256)]
    [InlineData(1000, 256)]
    public void Dynamic_ConstantDemand_SettlesWhereTheTableSays(int demand, int size)
    {
        IBatchPolicy policy = BatchPolicies.Create(new BatchSettings());
        foreach (int before in new[] { 0, 5000 })
        {
            PolicyState state = policy.Start(TimeSpan.Zero);
            for (int sample = 0; sample < 100; sample++)
            {
                state = policy.Next(state, new LoadSample(sample < 50 ? before : demand, 1, TimeSpan.Zero, TimeSpan.Zero));
            }

            Assert.Equal(size, state.Size);
        }
    }

    private static void CheckRange(BatchSettings settings, in PolicyState state, int seed)
    {
        (int min, int max) = settings.Policy switch
        {
            BatchPolicyKind.Dynamic => (settings.MinBatchSize, settings.MaxBatchSize),
            BatchPolicyKind.Fixed => (settings.Fixed.BatchSize, settings.Fixed.BatchSize),
            BatchPolicyKind.Throughput => (settings.Throughput.FloorSize, settings.Throughput.AdaptiveMaxSize),
            BatchPolicyKind.Target => (settings.Target.MinSize, settings.Target.MaxSize),
            _ => (1, 1),
        };
        (TimeSpan least, TimeSpan most) = settings.Policy switch
        {
            BatchPolicyKind.Dynamic => (settings.MinTimeout, settings.MaxTimeout),
            BatchPolicyKind.Fixed => (settings.Fixed.Timeout, settings.Fixed.Timeout),
            _ => (settings.MinTimeout, settings.MinTimeout),
        };
        Assert.True(
            state.Size >= min && state.Size <= max && state.Timeout >= least && state.Timeout <= most && state.Load is >= 0 and <= 1
                && double.IsFinite(state.Throughput) && double.IsFinite(state.AverageSize),
            $"seed {seed}: {state} of {settings}");
    }

    private static BatchSettings AnySettings(Random random, BatchPolicyKind kind)
    {
        int min = AnySize(random);
        int max = Math.Min(BatchSettings.SizeCeiling, min + (random.Next(3) == 0 ? 0 : AnySize(random)));
        TimeSpan least = TimeSpan.FromMicroseconds(1 + random.Next(1_000_000));
        return new BatchSettings
        {
            Policy = kind,
            MinBatchSize = min,
            MaxBatchSize = max,
            MinTimeout = least,
            MaxTimeout = least + (random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(random.Next(9_000_000))),
            LoadThreshold = random.Next(4) switch { 0 => 0, 1 => 1, 2 => double.Epsilon, _ => random.NextDouble() },
            Fixed = new FixedPolicySettings { BatchSize = AnySize(random), Timeout = least },
            Throughput = new ThroughputPolicySettings { FloorSize = min, AdaptiveMaxSize = max, EvaluationInterval = AnyInterval(random) },
            Target = new TargetPolicySettings
            {
                InitialSize = min + random.Next(max - min + 1),
                MinSize = min,
                MaxSize = max,
                ThroughputTarget = random.Next(2) == 0 ? null : Math.Pow(10, random.Next(-300, 10)),
                LatencyTarget = random.Next(2) == 0 ? null : TimeSpan.FromMicroseconds(1 + random.NextInt64(1L << random.Next(1, 25))),
                AdaptationRate = random.Next(3) == 0 ? 1 : 0.001 + (random.NextDouble() * 0.9),
                EvaluationInterval = AnyInterval(random),
                StabilityThreshold = 1 + random.Next(20),
            },
        };
    }

    private static LoadSample AnySample(Random random, TimeSpan now) => new(
        random.Next(5) switch { 0 => 0, 1 => int.MaxValue, _ => random.Next(1, 3000) },
        random.Next(3) == 0 ? 0 : AnySize(random),
        now,
        random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(random.NextInt64(1L << random.Next(1, 50))));

    private static int AnySize(Random random) => random.Next(4) switch { 0 => 1, 1 => random.Next(1, BatchSettings.SizeCeiling + 1), _ => random.Next(1, 1000) };

    private static TimeSpan AnyInterval(Random random) => TimeSpan.FromMicroseconds(1_000 + random.Next(10_000_000));

    /// <summary>Often zero: two flushes may have the same time.</summary>
    private static TimeSpan AnyTime(Random random) => random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(random.NextInt64(1L << random.Next(1, 32)));
}
