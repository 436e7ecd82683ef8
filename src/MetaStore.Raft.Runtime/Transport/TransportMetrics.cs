using System.Diagnostics.Metrics;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Transport.Listening;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>What happens at the peer port as instruments of the node's meter. All are read when they are collected.</summary>
internal sealed class TransportMetrics : IDisposable
{
    private readonly Meter _meter = new(RuntimeMetrics.MeterName);

    public TransportMetrics(PeerListener listener)
    {
        _meter.CreateObservableCounter("metastore_peer_connections_refused_total", () => Refused(listener));
        _meter.CreateObservableGauge("metastore_peer_connections", () => Open(listener));
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Refused(PeerListener listener) => Enum.GetValues<RefusalKind>().Select(kind =>
        new Measurement<long>(listener.Refusals.CountOf(kind), new KeyValuePair<string, object?>("reason", Label(kind))));

    private static IEnumerable<Measurement<long>> Open(PeerListener listener) =>
    [
        new(listener.Handshakes, new KeyValuePair<string, object?>("state", "handshake")),
        new(listener.Established, new KeyValuePair<string, object?>("state", "established")),
    ];

    private static string Label(RefusalKind kind) => kind == RefusalKind.NotDialled ? "not_dialled" : kind.ToString().ToLowerInvariant();
}
