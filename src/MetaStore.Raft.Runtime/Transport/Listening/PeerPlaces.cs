using MetaStore.Protocol.Peer;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>The places of incoming connections: one for each lane of each member, which no other member can take. Thread-safe.</summary>
/// <remarks>
/// A connection that the member itself has confirmed is the newest there is and takes the place at once: a member that restarted is back
/// without waiting. One that could not be confirmed takes only a free place. The connection that has it is then probed; when its other side
/// is gone it ends within seconds, and the next attempt finds the place free.
/// </remarks>
internal sealed class PeerPlaces
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Node, Lane Lane), InboundConnection> _taken = [];

    /// <summary>How many are taken.</summary>
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

    /// <summary>Asks for a place.</summary>
    /// <param name="node">The member.</param>
    /// <param name="lane">One of its lanes.</param>
    /// <param name="connection">Which wants it.</param>
    /// <param name="isConfirmed">The member says that it is its own.</param>
    /// <returns>False when a live connection has it.</returns>
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

    /// <summary>Gives a place back, if it still is this connection's.</summary>
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
