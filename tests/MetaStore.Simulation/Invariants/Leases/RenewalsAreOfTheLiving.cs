
namespace MetaStore.Simulation.Invariants.Leases;

/// <summary>Renewals succeed only for leases that exist, and only leases that do not are reported as gone; the same for reading the remaining time.</summary>
internal sealed class RenewalsAreOfTheLiving(SimCluster cluster, LeasesLastTheirTime times) : Invariant(cluster)
{
    /// <summary>A lease call got its response.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="call">Time of the call.</param>
    /// <param name="left">Reported remaining time; null = reported as gone.</param>
    /// <param name="isRenewal">True for a renewal, false for a read.</param>
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
