using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Tests.Nodes;

namespace MetaStore.Server.Tests.Observability.Metrics;

public sealed class WalMetricsTests
{
    private readonly ListLogger _log = new();
    private readonly WalMetrics _metrics;

    public WalMetricsTests() => _metrics = new WalMetrics("/data", new ServerLog(_log));

    [Fact]
    public void Frames_CountBytes_AndBothTimes_SegmentsNothing()
    {
        _metrics.OnFrame(records: 3, bytes: 100, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20));
        _metrics.OnFrame(records: 1, bytes: 50, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(30));
        _metrics.OnSegment(7, 64 << 20);
        Assert.Equal((150L, 2L, 2L), (_metrics.Bytes, _metrics.Write.Count, _metrics.Sync.Count));
        Assert.Equal((0.003, 0.05), (Math.Round(_metrics.Write.Sum, 6), Math.Round(_metrics.Sync.Sum, 6)));
    }

    /// <summary>The log tries again each second: its lines must not fill the disk that is full already.</summary>
    [Fact]
    public void FullDisk_IsOneLineAMinute()
    {
        for (int i = 0; i < 5; i++)
        {
            _metrics.OnPrepareFailed(new IOException("No space left on device"));
        }

        Assert.Equal(
            ["The next log segment cannot be created in /data: No space left on device It is retried every second; when the current one is full, writes wait."], _log.Messages);
    }
}
