using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Listening;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Connections at the peer port. Any thread.</summary>
public sealed class PeerPortCounts
{
    private readonly PeerListener _listener;

    internal PeerPortCounts(PeerListener listener) => _listener = listener;

    /// <summary>Open connections whose sender is not known yet.</summary>
    public int Handshakes => _listener.Handshakes;

    /// <summary>Open connections of members.</summary>
    public int Established => _listener.Established;

    /// <summary>Connections refused, by the reason's name in snake_case.</summary>
    public IEnumerable<(string Reason, long Count)> Refused =>
        Enum.GetValues<RefusalKind>().Select(kind => (NameOf(kind), _listener.Refusals.CountOf(kind)));

    private static string NameOf(RefusalKind kind) => kind == RefusalKind.NotDialled ? "not_dialled" : kind.ToString().ToLowerInvariant();
}
