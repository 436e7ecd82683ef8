using System.Diagnostics;
using System.Globalization;
using MetaStore.Simulation.Runs;

namespace MetaStore.Simulation.Tests;

/// <summary>The part of the simulator that runs with every test run; the rest is <c>make sim</c>.</summary>
public sealed class SimulationTests
{
    public static TheoryData<ulong> Corpus =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => ulong.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public void RandomClusters_KeepEveryInvariant()
    {
        var clock = Stopwatch.StartNew();
        var campaign = new Campaign(firstSeed: 1, seedsMax: 400, TimeSpan.FromSeconds(20), jobs: 2, () => clock.Elapsed);
        campaign.Run(failuresMax: 1);
        Assert.Empty(campaign.Failures.Select(failure => $"seed {failure.Seed}: {failure.Detail}"));
        Assert.True(campaign.Total.Writes > 1000, $"hardly anything happened: {campaign.Total}");
        Assert.True(campaign.Total.Faults > 100, $"hardly anything went wrong: {campaign.Total}");
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void SeedsThatFailedOnce_Pass(ulong seed) => Assert.Null(SimRun.Run(seed).Detail);

    [Fact]
    public void SameSeed_Twice_SameEvents()
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            Assert.Equal(SimRun.Run(seed).Hash, SimRun.Run(seed).Hash);
        }
    }
}
