using MetaStore.Engines.Memory;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Quota;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Quota;

/// <summary>A disk that cannot be asked is not full; one that is full is one line, not one a second.</summary>
public sealed class DiskLinesTests : IDisposable
{
    private const long Segment = 64 << 20;
    private const long Margin = 2 * Segment;

    private readonly MemoryEngine _engine = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger _log = new();
    private readonly DiskSpaceMonitor _disk;
    private Func<long> _free = () => Margin;
    private Func<long> _spares = () => 0;

    public DiskLinesTests() => _disk = new DiskSpaceMonitor("/data", _engine, Segment, new ServerLog(_log), _time, () => _spares(), _ => _free());

    public void Dispose()
    {
        _disk.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void FullDisk_IsOneLine_AndSoIsItsEnd()
    {
        int asked = 0;
        _disk.WhenLow = () => asked++;
        _free = () => Margin - 1;
        _time.Advance(TimeSpan.FromSeconds(5));
        _free = () => Margin;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(5, asked);
        Assert.Equal([1025, 1026], _log.Lines.Select(line => line.Id));
        Assert.StartsWith($"The disk of /data is nearly full: {Margin - 1} bytes are free, {Margin} are needed.", _log.Messages.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(DriveNotFoundException))]
    public void DiskThatCannotBeAsked_StaysAsItWas(Type fault)
    {
        _free = () => throw (Exception)Activator.CreateInstance(fault)!;
        Assert.False(_disk.LookIfLow());
        _free = () => 0;
        Assert.True(_disk.LookIfLow());
        _free = () => throw (Exception)Activator.CreateInstance(fault)!;
        Assert.True(_disk.LookIfLow());
    }

    [Fact]
    public void SparesThatCannotBeDeleted_LeaveTheDiskAsItWas_AndAreTriedAgain()
    {
        int tries = 0;
        _spares = () => ++tries == 1 ? throw new IOException("busy") : 0;
        _free = () => 0;
        Assert.False(_disk.LookIfLow());
        Assert.True(_disk.LookIfLow());
        Assert.Equal(2, tries);
    }

    [Fact]
    public void Spares_AreReleasedOnlyWhenTheyAreNeeded_AndTheDiskIsAskedAgainOnlyWhenThatFreedSomething()
    {
        int released = 0, asked = 0;
        long spare = 0;
        _spares = () =>
        {
            released++;
            return spare;
        };
        _free = () =>
        {
            asked++;
            return Margin;
        };
        _disk.LookIfLow();
        Assert.Equal((0, 1), (released, asked));
        _free = () =>
        {
            asked++;
            return 0;
        };
        _disk.LookIfLow();
        Assert.Equal((1, 2), (released, asked));
        spare = 1;
        _disk.LookIfLow();
        Assert.Equal((2, 4), (released, asked));
    }

    [Fact]
    public void Writes_AreCountedTogether_UntilTheNextLook()
    {
        int asked = 0;
        _free = () =>
        {
            asked++;
            return Margin;
        };
        Assert.False(_disk.IsLowFor((Segment / 8) - 1));
        Assert.Equal(0, asked);
        Assert.False(_disk.IsLowFor(1));
        Assert.Equal(1, asked);
        Assert.False(_disk.IsLowFor((Segment / 8) - 1));
        Assert.False(_disk.LookIfLow());
        Assert.False(_disk.IsLowFor(1));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Dispose_EndsTheLooks()
    {
        int asked = 0;
        _free = () =>
        {
            asked++;
            return Margin;
        };
        _disk.Dispose();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, asked);
    }
}
