using MetaStore.Raft.Tests.Rig;

namespace MetaStore.Raft.Tests.Properties;

/// <summary>Clusters under random faults. A failure reports its seed; add it to the inline data to keep it as a regression test.</summary>
public sealed class RandomClusterTests
{
    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 40)]
    [InlineData(3, 100)]
    [InlineData(5, 60)]
    public void Cluster_RandomFaults_StaysSafeAndRecovers(int size, int seeds) => RunSeeds(size, seeds, reconfigures: false);

    [Theory]
    [InlineData(3, 40)]
    [InlineData(5, 60)]
    public void Cluster_RandomFaultsAndMembershipChanges_StaysSafeAndRecovers(int size, int seeds) =>
        RunSeeds(size, seeds, reconfigures: true);

    [Theory]
    [InlineData(3, 40)]
    [InlineData(5, 30)]
    public void Cluster_NonMemberRaisesTerms_StaysSafeAndRecovers(int size, int seeds) =>
        RunSeeds(size, seeds, reconfigures: false, hostile: true);

    [Fact]
    public void Cluster_SameSeedTwice_DoesTheSame()
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            Assert.Equal(Fingerprint(seed), Fingerprint(seed));
        }
    }

    private static string Fingerprint(int seed)
    {
        var cluster = new RandomCluster(seed, 3, reconfigures: false);
        cluster.Run(1500);
        return string.Join(
            "\n", cluster.Nodes.Select(node => node.Core.Status).Select(s => $"{s.Role} {s.Term} {s.Vote} {s.Commit} {s.LastIndex}"));
    }

    /// <summary>Factor for the number of seeds; set by make sim.</summary>
    private static int Times => int.TryParse(Environment.GetEnvironmentVariable("METASTORE_SIM_SEEDS"), out int times) && times > 0 ? times : 1;

    private static void RunSeeds(int size, int seeds, bool reconfigures, bool hostile = false)
    {
        seeds *= Times;
        int committed = 0;
        int reads = 0;
        int elections = 0;
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                var cluster = new RandomCluster(seed, size, reconfigures, hostile);
                cluster.Run(2500);
                cluster.HealAndSettle();
                committed += cluster.Checker.CommittedCount;
                reads += cluster.Checker.ReadsConfirmed;
                elections += cluster.Checker.Elections;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed={seed} size={size} reconfigures={reconfigures}", failure);
            }
        }

        // A run without any event tests nothing.
        Assert.True(committed > seeds * 10, $"only {committed} entries were committed");
        Assert.True(reads > (hostile ? seeds / 4 : seeds), $"only {reads} reads were confirmed");
        Assert.True(elections >= seeds, $"only {elections} elections");
    }
}
