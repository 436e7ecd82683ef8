using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Checkers;

/// <summary>The leases of the reference store: granted time and keys. Knows no clock.</summary>
internal sealed class ReferenceLeases
{
    private readonly SortedDictionary<long, (long Ttl, SortedSet<string> Keys)> _leases = [];

    /// <summary>All of them in words, ascending by id.</summary>
    public IEnumerable<string> Describe() => _leases.Select(item => Describe(item.Key, item.Value.Ttl, item.Value.Keys));

    public static string Describe(long id, long ttl, IEnumerable<string> keys) => $"{id} for {ttl} s: {string.Join(' ', keys)}";

    public bool TryGrant(in LeaseGrantCommand grant) => _leases.TryAdd(grant.Id, (grant.Ttl, new SortedSet<string>(StringComparer.Ordinal)));

    /// <summary>True when the put asks for no lease, or for one that exists.</summary>
    public bool Allow(in PutCommand put) => put.Lease == 0 || _leases.ContainsKey(put.Lease);

    /// <summary>A key hangs on one lease at most; 0 takes it off.</summary>
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

    /// <returns>The keys that go with it, in order; null when there is no such lease.</returns>
    public IReadOnlyList<string>? Revoke(long id)
    {
        IReadOnlyList<string>? keys = _leases.TryGetValue(id, out (long Ttl, SortedSet<string> Keys) lease) ? [.. lease.Keys] : null;
        _leases.Remove(id);
        return keys;
    }
}
