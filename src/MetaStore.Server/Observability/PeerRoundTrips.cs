using System.Collections.Concurrent;
using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Observability;

/// <summary>Round-trip times of the probes sent to each peer. Any thread.</summary>
internal sealed class PeerRoundTrips
{
    private readonly ConcurrentDictionary<ulong, Histogram> _byPeer = [];

    /// <summary>etcd_network_peer_round_trip_time_seconds of one peer: 0.1 ms to 3.2768 s; empty before the first probe.</summary>
    public Histogram Of(ulong peer) => _byPeer.GetOrAdd(peer, static _ => new Histogram(0.0001, 16));

    /// <summary>Records a probe.</summary>
    public void Add(ulong peer, TimeSpan roundTrip) => Of(peer).Add(roundTrip);

    /// <summary>Forgets probes to members that are gone.</summary>
    /// <param name="peers">The other members, as they are now.</param>
    public void KeepOnly(IReadOnlySet<ulong> peers)
    {
        foreach (ulong gone in _byPeer.Keys.Where(peer => !peers.Contains(peer)))
        {
            _byPeer.TryRemove(gone, out _);
        }
    }
}
