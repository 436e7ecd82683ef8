using System.Net;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>Connections that have not said who they are. They are few, and the newest is never kept out by those that say nothing. Thread-safe.</summary>
/// <remarks>
/// When all are taken, the oldest of the address that has most of them is closed. A member says its hello with its first packet, so it is
/// through before others have pushed it out, and many silent connections of one address only push each other out.
/// </remarks>
internal sealed class PendingHandshakes(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<InboundConnection> _waiting = [];

    /// <summary>How many there are.</summary>
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
    /// <returns>The one that must be closed for it; null when there was room.</returns>
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

    /// <summary>Takes one out that has said its hello or ended.</summary>
    public void Remove(InboundConnection connection)
    {
        lock (_gate)
        {
            _waiting.Remove(connection);
        }
    }
}
