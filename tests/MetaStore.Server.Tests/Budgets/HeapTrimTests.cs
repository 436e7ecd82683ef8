using MetaStore.Server.Budgets;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Budgets;

public sealed class HeapTrimTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly FakeTimeProvider _time = new();
    private readonly FakeHeap _heap = new() { Living = 50 * Mebibyte, Committed = 100 * Mebibyte };
    private readonly HeapTrim _trim;

    public HeapTrimTests() => _trim = new HeapTrim(_time, _heap);

    public void Dispose() => _trim.Dispose();

    [Fact]
    public void AfterABurst_IdleProcess_CollectsAndReleasesOnce()
    {
        Allocate(500);
        Assert.Equal("", _heap.Done);
        _heap.Committed = 900 * Mebibyte;
        Allocate(1);
        Assert.Equal("collect ", _heap.Done);
        Allocate(1);
        Assert.Equal("collect release ", _heap.Done);
        for (var interval = 0; interval < 20; interval++)
        {
            Allocate(1);
        }

        Assert.Equal("collect release ", _heap.Done);
    }

    [Fact]
    public void BusyProcess_IsLeftToTheCollector()
    {
        for (var interval = 0; interval < 20; interval++)
        {
            Allocate(100);
        }

        Assert.Equal("", _heap.Done);
    }

    [Fact]
    public void BusyAgainAfterTheCollection_ReleasesOnlyWhenIdleOnceMore()
    {
        _heap.Committed = 900 * Mebibyte;
        Allocate(500);
        Allocate(1);
        Allocate(100);
        Allocate(1);
        Assert.Equal("collect collect ", _heap.Done);
        Allocate(1);
        Assert.Equal("collect collect release ", _heap.Done);
    }

    [Fact]
    public void LargeState_IsNotStopped_AndNotMarkedForLightTraffic()
    {
        _heap.Living = 4096 * Mebibyte;
        _heap.Committed = 6000 * Mebibyte;
        for (var interval = 0; interval < 100; interval++)
        {
            Allocate(8);
        }

        Assert.Equal("", _heap.Done);
        Allocate(500);
        Allocate(1);
        Allocate(1);
        Assert.Equal("collect ", _heap.Done);
    }

    [Fact]
    public void LittleToGain_ReleasesNothing()
    {
        Allocate(500);
        Allocate(1);
        Allocate(1);
        Assert.Equal("collect ", _heap.Done);
    }

    private void Allocate(long mebibytes)
    {
        _heap.Allocated += mebibytes * Mebibyte;
        _time.Advance(HeapTrim.Interval);
    }

    private sealed class FakeHeap : IManagedHeap
    {
        public long Allocated { get; set; }

        public long Living { get; set; }

        public long Committed { get; set; }

        public string Done { get; private set; } = "";

        public long AllocatedBytes => Allocated;

        public long LivingBytes => Living;

        public long CommittedBytes => Committed;

        public void Collect() => Done += "collect ";

        public void Release() => Done += "release ";
    }
}
