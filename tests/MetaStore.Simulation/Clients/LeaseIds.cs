using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Clients;

/// <summary>IDs for grants: mostly new ones, as a server chooses them, sometimes one that a client granted before.</summary>
internal sealed class LeaseIds(SimRandom random, long ttlMin)
{
    private readonly List<long> _granted = [];
    private readonly HashSet<(long Id, long Ttl)> _used = [];

    /// <summary>An ID and a TTL that were never granted together.</summary>
    public (long Id, long Ttl, bool IsNew) Next()
    {
        long ttl = ttlMin + random.Next(4);
        if (_granted.Count > 0 && random.Chance(0.1))
        {
            long id = random.Pick(_granted);
            if (_used.Add((id, ttl)))
            {
                return (id, ttl, false);
            }
        }

        long made = (long)(random.NextUInt64() >> 1) | 1;
        _granted.Add(made);
        _used.Add((made, ttl));
        return (made, ttl, true);
    }
}
