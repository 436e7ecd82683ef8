using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;

namespace MetaStore.Simulation.Checkers;

/// <summary>Leases of the reference store: granted TTLs and keys. Has no clock.</summary>
internal sealed class ReferenceLeases
{
    private readonly SortedDictionary<long, (long Ttl, SortedSet<string> Keys)> _leases = [];
    private readonly Dictionary<long, ulong> _epochs = [];

    /// <summary>All leases as text, ascending by ID.</summary>
    public IEnumerable<string> Describe() => _leases.Select(item => Describe(item.Key, item.Value.Ttl, item.Value.Keys));

    public static string Describe(long id, long ttl, IEnumerable<string> keys) => $"{id} for {ttl} s: {string.Join(' ', keys)}";

    public bool TryGrant(in LeaseGrantCommand grant)
    {
        bool isNew = _leases.TryAdd(grant.Id, (grant.Ttl, new SortedSet<string>(StringComparer.Ordinal)));
        if (isNew)
        {
            _epochs[grant.Id] = 0;
        }

        return isNew;
    }

    /// <summary>Counts the renewals in a record of remaining times.</summary>
    public void Record(in LeaseCheckpointCommand record)
    {
        foreach (var renewed in record.Checkpoints.Where(item => item.Remaining == 0 && _leases.ContainsKey(item.Id)))
        {
            _epochs[renewed.Id]++;
        }
    }

    /// <summary>How many renewals of a lease the log has; null without the lease.</summary>
    public ulong? EpochOf(long id) => _leases.ContainsKey(id) ? _epochs[id] : null;

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
