using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Checkers;

/// <summary>Leases of the reference store: granted TTLs and keys. Has no clock.</summary>
internal sealed class ReferenceLeases
{
    private readonly SortedDictionary<long, (long Ttl, SortedSet<string> Keys)> _leases = [];

    /// <summary>All leases as text, ascending by ID.</summary>
    public IEnumerable<string> Describe() => _leases.Select(item => Describe(item.Key, item.Value.Ttl, item.Value.Keys));

    public static string Describe(long id, long ttl, IEnumerable<string> keys) => $"{id} for {ttl} s: {string.Join(' ', keys)}";

    public bool TryGrant(in LeaseGrantCommand grant) => _leases.TryAdd(grant.Id, (grant.Ttl, new SortedSet<string>(StringComparer.Ordinal)));

    /// <summary>True when the put has no lease, or one that exists.</summary>
    public bool Allow(in PutCommand put) => put.Lease == 0 || _leases.ContainsKey(put.Lease);

    /// <summary>Attaches a key to a lease; 0 detaches it. A key has at most one lease.</summary>
    public void Attach(string key, long id)
    {
        foreach ((_, SortedSet<string> keys) in _leases.Values)
        {
            keys.Remove(key);
        }

        if (id != 0)
        {
            _leases[id].Keys.Add(key);
        }
    }

    /// <returns>The keys deleted with it, in order; null when there is no such lease.</returns>
    public IReadOnlyList<string>? Revoke(long id)
    {
        IReadOnlyList<string>? keys = _leases.TryGetValue(id, out (long Ttl, SortedSet<string> Keys) lease) ? [.. lease.Keys] : null;
        _leases.Remove(id);
        return keys;
    }
}
