using MetaStore.Robustness.Cluster;
using MetaStore.Robustness.Load;

namespace MetaStore.Robustness.Faults;

/// <summary>The cluster, clients and random source for a fault, and its notes.</summary>
internal sealed class FaultScene(FaultCluster cluster, RecordingClients clients, Random random)
{
    /// <summary>Time limit for every wait; a longer one fails the run.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public FaultCluster Cluster { get; } = cluster;

    public RecordingClients Clients { get; } = clients;

    public Random Random { get; } = random;

    /// <summary>Time without an acknowledged write, for each loss of a leader.</summary>
    public List<TimeSpan> Gaps { get; } = [];

    /// <summary>How often each variant of the fault happened.</summary>
    public SortedDictionary<string, int> Variants { get; } = new(StringComparer.Ordinal);

    public void Note(string variant) => Variants[variant] = Variants.GetValueOrDefault(variant) + 1;

    public FaultNode AnyNode() => Cluster.Nodes[Random.Next(Cluster.Nodes.Count)];

    /// <summary>The leader with probability <paramref name="leaderShare"/>, otherwise any member.</summary>
    public async Task<FaultNode> VictimAsync(double leaderShare) =>
        Random.NextDouble() < leaderShare ? await Cluster.LeaderAsync() : AnyNode();

    public TimeSpan Between(double lowSeconds, double highSeconds) =>
        TimeSpan.FromSeconds(lowSeconds + (Random.NextDouble() * (highSeconds - lowSeconds)));
}
