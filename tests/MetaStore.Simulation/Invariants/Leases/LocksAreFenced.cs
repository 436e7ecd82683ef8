namespace MetaStore.Simulation.Invariants.Leases;

/// <summary>A later holder of a lock has a higher fencing token, and no two clients hold it at once: a resource that rejects lower tokens is safe.</summary>
internal sealed class LocksAreFenced(SimCluster cluster) : Invariant(cluster)
{
    private readonly SortedDictionary<long, long> _tokens = [];

    /// <summary>A client found that it holds the lock.</summary>
    /// <param name="token">Creation revision of its key.</param>
    /// <param name="revision">Revision of the read in which that key was the oldest.</param>
    public void Acquired(long token, long revision)
    {
        Cluster.Statistics.Locks++;
        foreach ((long at, long other) in _tokens)
        {
            Require(
                at < revision ? other < token : at > revision && other > token,
                $"token {token} holds the lock at revision {revision}, token {other} at {at}");
        }

        _tokens.Add(revision, token);
    }
}
