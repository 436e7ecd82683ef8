using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Load;

namespace MetaStore.Robustness.Faults;

/// <summary>Where a fault happens, and what is noted about it.</summary>
internal sealed class FaultScene(FaultCluster cluster, RecordingClients clients, Random random)
{
    /// <summary>Longest that anything may take before the run fails.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public FaultCluster Cluster { get; } = cluster;

    public RecordingClients Clients { get; } = clients;

    public Random Random { get; } = random;

    /// <summary>Time without an acknowledged write after each loss of a leader.</summary>
    public List<TimeSpan> Gaps { get; } = [];

    /// <summary>How often which variant of the fault happened.</summary>
    public SortedDictionary<string, int> Variants { get; } = new(StringComparer.Ordinal);

    public void Note(string variant) => Variants[variant] = Variants.GetValueOrDefault(variant) + 1;

    public FaultNode AnyNode() => Cluster.Nodes[Random.Next(Cluster.Nodes.Count)];

    /// <summary>The leader, or with a chance any member.</summary>
    public async Task<FaultNode> VictimAsync(double leaderShare) =>
        Random.NextDouble() < leaderShare ? await Cluster.LeaderAsync() : AnyNode();

    public TimeSpan Between(double lowSeconds, double highSeconds) =>
        TimeSpan.FromSeconds(lowSeconds + (Random.NextDouble() * (highSeconds - lowSeconds)));
}
