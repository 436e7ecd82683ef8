using System.Net;
using MetaStore.Raft.Runtime.Transport.Listening;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Connections without a hello yet. Their number is limited, and silent ones never keep a new one out. Thread-safe.</summary>
/// <remarks>
/// At the limit, the oldest connection of the address that has most of them is closed. A member sends its hello with its first packet, or answers each step of
/// TLS and proof at once, so it is done before others can push it out, and many silent connections of one address only push each other out.
/// </remarks>
internal sealed class PendingHandshakes(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<InboundConnection> _waiting = [];

    /// <summary>Number of connections.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds one.</summary>
    /// <returns>The one that must be closed for it; null below the limit.</returns>
    public InboundConnection? Add(InboundConnection connection)
    {
        lock (_gate)
        {
            InboundConnection? closed = null;
            if (_waiting.Count >= capacity)
            {
                IPAddress crowded = _waiting.GroupBy(waiting => waiting.Address).MaxBy(group => group.Count())!.Key;
                closed = _waiting.First(waiting => waiting.Address.Equals(crowded));
                _waiting.Remove(closed);
            }

            _waiting.Add(connection);
            return closed;
        }
    }

    /// <summary>Removes a connection that has sent its hello or ended.</summary>
    public void Remove(InboundConnection connection)
    {
        lock (_gate)
        {
            _waiting.Remove(connection);
        }
    }
}
