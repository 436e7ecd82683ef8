using MetaStore.Server.Observability;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Metrics;

namespace MetaStore.Server.Tests.Observability.Metrics;

/// <summary>Figures of each peer, in a cluster whose members are replaced.</summary>
public sealed class PeerFiguresTests
{
    [Fact]
    public void SnapshotMetrics_OfAMemberThatIsGone_AreForgotten()
    {
        var metrics = new SnapshotMetrics();
        foreach (ulong peer in new ulong[] { 0xa, 0xb })
        {
            metrics.OnBegun(peer, outgoing: true);
            metrics.OnEnded(peer, outgoing: true, delivered: true);
            metrics.OnBegun(peer, outgoing: false);
        }

        string all = PageOf(metrics, 0xa, 0xb);
        Assert.Contains("etcd_network_snapshot_send_success{To=\"a\"} 1\n", all, StringComparison.Ordinal);
        Assert.Contains("etcd_network_snapshot_receive_inflights_total{From=\"a\"} 1\n", all, StringComparison.Ordinal);

        string without = PageOf(metrics, 0xb);
        Assert.DoesNotContain("=\"a\"", without, StringComparison.Ordinal);
        Assert.Contains("etcd_network_snapshot_send_success{To=\"b\"} 1\n", without, StringComparison.Ordinal);

        // Not only left out of the page: nothing of it is kept.
        Assert.DoesNotContain("=\"a\"", PageOf(metrics, 0xa, 0xb), StringComparison.Ordinal);
    }

    [Fact]
    public void RoundTrips_ToAMemberThatIsGone_AreForgotten()
    {
        var trips = new PeerRoundTrips();
        trips.Add(0xa, TimeSpan.FromMilliseconds(3));
        trips.Add(0xb, TimeSpan.FromMilliseconds(3));
        Histogram gone = trips.Of(0xa);
        Histogram stays = trips.Of(0xb);
        trips.KeepOnly(new HashSet<ulong> { 0xb });
        Assert.NotSame(gone, trips.Of(0xa));
        Assert.Same(stays, trips.Of(0xb));
    }

    private static string PageOf(SnapshotMetrics metrics, params ulong[] peers)
    {
        var text = new MetricFamilies();
        metrics.Write(text, peers.ToHashSet());
        return PrometheusText.Of(text);
    }
}
