using MetaStore.Simulation.Checkers;

namespace MetaStore.Simulation.Invariants;

/// <summary>A renewal succeeds only for a lease that exists then, and only one that does not is called gone; so does asking for the time left.</summary>
internal sealed class RenewalsAreOfTheLiving(SimCluster cluster, LeasesLastTheirTime times) : Invariant(cluster)
{
    /// <summary>A call about a lease was answered just now.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="call">When it was asked.</param>
    /// <param name="left">Time it is told to have left; null = it is told to be gone.</param>
    /// <param name="isRenewal">It was renewed, not only looked at.</param>
    public void Answered(long id, long call, TimeSpan? left, bool isRenewal)
    {
        long now = Cluster.Kernel.Now;
        IReadOnlyList<LeaseTimeline.Life> lives = Cluster.Leases.Within(id, call, now);
        if (left is null)
        {
            Require(
                !lives.Any(life => life.Granted <= call && life.Gone > now),
                $"lease {id} was there all the time since {call} and is called gone at {now}");
            return;
        }

        Require(lives.Count > 0, $"lease {id} is {(isRenewal ? "renewed" : "said to have time left")} by a call of {call}, answered at {now}, and is not there");
        TimeSpan most = TimeSpan.FromSeconds(lives.Max(life => life.Ttl)) + (Cluster.Swarm.Heartbeat * Cluster.Swarm.ElectionTicks);
        Require(left <= most, $"lease {id} is said to have {left} left, which is more than {most}");
        Require(!isRenewal || lives.Any(life => left == TimeSpan.FromSeconds(life.Ttl)), $"lease {id} is renewed for {left}, for which it was not granted");
        if (isRenewal && lives.Count == 1 && lives[0].Granted <= call)
        {
            times.Renewed(lives[0], call);
        }
    }
}
