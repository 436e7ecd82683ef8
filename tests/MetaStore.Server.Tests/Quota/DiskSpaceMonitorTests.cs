using MetaStore.Engines.Memory;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Quota;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Quota;

/// <summary>When the disk counts as full, with a clock and a disk controlled by the test.</summary>
public sealed class DiskSpaceMonitorTests : IDisposable
{
    private const long Segment = 64 << 20;
    private const long Margin = 2 * Segment;

    private readonly MemoryEngine _engine = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DiskSpaceMonitor _watch;
    private long _free = Margin + Segment;
    private long _spare;
    private int _toldLow;

    public DiskSpaceMonitorTests() => _watch = new DiskSpaceMonitor(
        "/data", _engine, Segment, new ServerLog(NullLogger.Instance), _time, ReleaseSpares, _ => _free) { WhenLow = () => _toldLow++ };

    [Fact]
    public void NoRoomLeft_IsSeenWithTheNextLook_AndSoIsNewRoom()
    {
        _free = Margin - 1;
        Assert.False(_watch.IsLowFor(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_watch.IsLowFor(1));
        Assert.Equal(1, _toldLow);

        _free = Margin + Segment;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_watch.IsLowFor(1));
    }

    [Fact]
    public void SpareSegments_AreReleasedBeforeTheDiskCountsAsFull()
    {
        _spare = Segment;
        _free = Margin - 1;
        Assert.False(_watch.LookIfLow());
        Assert.Equal((0L, Margin - 1 + Segment), (_spare, _free));

        _free = Margin - 1;
        Assert.True(_watch.LookIfLow());
    }

    [Fact]
    public void LookIfLow_AsksTheDiskAtOnce()
    {
        Assert.False(_watch.LookIfLow());
        _free = Margin - 1;
        Assert.True(_watch.LookIfLow());
        _free = Margin + Segment;
        Assert.False(_watch.LookIfLow());
    }

    [Fact]
    public void FastWriter_IsStoppedBeforeItTakesTheMargin_ThoughNoTimePasses()
    {
        const long Write = 512 << 10;
        var most = Segment / 8 / Write;
        var intoTheMargin = 0;
        while (!_watch.IsLowFor(Write))
        {
            _free -= Write;
            intoTheMargin += _free < Margin ? 1 : 0;
            Assert.True(intoTheMargin <= most, $"{intoTheMargin} writes of {Write} bytes went into the margin");
        }

        Assert.True(_free < Margin, "refused while there was room");
        Assert.True(_toldLow > 0);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _engine.Dispose();
    }

    private long ReleaseSpares()
    {
        var freed = _spare;
        _spare = 0;
        _free += freed;
        return freed;
    }
}
