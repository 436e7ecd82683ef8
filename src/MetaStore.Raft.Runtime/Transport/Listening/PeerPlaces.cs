using MetaStore.Protocol.Peer;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>The places of incoming connections: one for each lane of each member, which no other member can take. Thread-safe.</summary>
/// <remarks>
/// A connection confirmed by the member itself is the newest one and takes the place at once: a restarted member is connected without
/// waiting. An unconfirmed one takes only a free place. The connection that holds the place is then probed; if its other side is gone, it
/// ends within seconds, and the next attempt finds the place free.
/// </remarks>
internal sealed class PeerPlaces
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Node, Lane Lane), InboundConnection> _taken = [];

    /// <summary>Number of places taken.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _taken.Count;
            }
        }
    }

    /// <summary>Requests a place.</summary>
    /// <param name="node">The member.</param>
    /// <param name="lane">One of its lanes.</param>
    /// <param name="connection">The connection that requests it.</param>
    /// <param name="isConfirmed">The member confirms that it is its own.</param>
    /// <returns>False when a live connection holds it.</returns>
    public bool TryTake(ulong node, Lane lane, InboundConnection connection, bool isConfirmed)
    {
        InboundConnection? before;
        lock (_gate)
        {
            _taken.TryGetValue((node, lane), out before);
            if (before is null || isConfirmed)
            {
                _taken[(node, lane)] = connection;
            }
        }

        if (before is not null && !isConfirmed)
        {
            before.ProbeSoon();
            return false;
        }

        before?.Dispose();
        return true;
    }

    /// <summary>Frees a place, if this connection still holds it.</summary>
    public void Leave(ulong node, Lane lane, InboundConnection connection)
    {
        lock (_gate)
        {
            if (_taken.TryGetValue((node, lane), out InboundConnection? now) && now == connection)
            {
                _taken.Remove((node, lane));
            }
        }
    }
}
