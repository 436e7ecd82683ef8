using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>The log is cut where the engine has flushed, and nowhere else.</summary>
public sealed class FlushLogCompactorTests : IDisposable
{
    private const int EntriesMax = FlushCompactorFixture.EntriesMax;

    private readonly FlushCompactorFixture _it = new();

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task EnoughEntries_AreFlushed_AndTheLogIsCutThere()
    {
        _it.Apply(EntriesMax - 1);
        await _it.WorkedAsync();
        Assert.Equal(0, _it.Engine.Flushes);
        _it.Apply(1);
        await _it.WorkedAsync();
        Assert.Equal(1, _it.Engine.Flushes);
        Assert.Equal([(ulong)EntriesMax], _it.Cuts);
        Assert.Null(_it.Fatal);
    }

    [Fact]
    public async Task Counting_StartsAnewWithEachFlush()
    {
        _it.Apply(EntriesMax);
        await _it.WorkedAsync();
        _it.Apply(EntriesMax - 1);
        await _it.WorkedAsync();
        Assert.Equal(1, _it.Engine.Flushes);
        _it.Apply(1);
        await _it.WorkedAsync();
        Assert.Equal(2, _it.Engine.Flushes);
    }

    /// <summary>A busy engine flushes by itself; places are recorded on the way, and the last one that is durable is the cut.</summary>
    [Fact]
    public void EngineThatFlushesByItself_IsNotAsked_AndTheLogIsCutAtTheLastPlace()
    {
        _it.Engine.SizeInUse = 1L << 40;
        _it.Apply(2 * EntriesMax);
        Assert.Empty(_it.Cuts);
        _it.Apply(3);
        _it.Engine.MakeDurable();
        _it.Apply(EntriesMax - 4);
        Assert.Empty(_it.Cuts);
        _it.Apply(1);
        Assert.Equal([2UL * EntriesMax], _it.Cuts);
        Assert.Equal(0, _it.Engine.Flushes);
    }

    [Fact]
    public void PlacesOfManyMegabytes_AreRecordedByBytesToo()
    {
        _it.Engine.SizeInUse = 1L << 40;
        _it.Apply(2, bytes: 2 << 20);
        _it.Engine.MakeDurable();
        _it.Apply(1, bytes: 4 << 20);
        Assert.Equal([2UL], _it.Cuts);
    }

    [Fact]
    public async Task NearlyFullDisk_PostponesTheFlush_UntilAsManyEntriesAgain()
    {
        _it.IsDiskLow = true;
        _it.Apply(EntriesMax);
        await _it.WorkedAsync();
        Assert.Equal(0, _it.Engine.Flushes);
        Assert.Contains("the disk is nearly full", Assert.Single(_it.Log.Lines), StringComparison.Ordinal);
        _it.IsDiskLow = false;
        _it.Apply(EntriesMax - 1);
        await _it.WorkedAsync();
        Assert.Equal(0, _it.Engine.Flushes);
        _it.Apply(1);
        await _it.WorkedAsync();
        Assert.Equal([2UL * EntriesMax], _it.Cuts);
        Assert.Null(_it.Fatal);
    }

    [Fact]
    public async Task FullDisk_PostponesTheFlush_AndEndsNothing()
    {
        _it.Engine.OnFlush = () => throw new EngineException(EngineFault.DiskFull, "no space left");
        _it.Apply(EntriesMax);
        await _it.WorkedAsync();
        Assert.Null(_it.Fatal);
        Assert.Empty(_it.Cuts);
        Assert.Contains("no space left", Assert.Single(_it.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EngineFault.Io, ExitCodes.IoError)]
    [InlineData(EngineFault.Damaged, ExitCodes.StateCorrupt)]
    public async Task Engine_ThatFails_EndsTheProcess_AndTheLogIsNotCut(EngineFault fault, int code)
    {
        _it.Engine.OnFlush = () => throw new EngineException(fault, "why");
        _it.Apply(EntriesMax);
        await _it.WorkedAsync();
        Assert.Equal((code, "why"), _it.Fatal);
        Assert.Empty(_it.Cuts);
    }

    /// <summary>The log must never be cut at an index that a crash would take back.</summary>
    [Fact]
    public async Task Flush_ThatMadeLessDurable_EndsTheProcess_AndTheLogIsNotCut()
    {
        _it.Apply(2);
        _it.Engine.MakeDurable();
        _it.Engine.OnFlush = () => { };
        _it.Apply(EntriesMax - 2);
        await _it.WorkedAsync();
        Assert.Equal((ExitCodes.InvariantBroken, $"flush up to index {EntriesMax} left index 2 on the disk"), _it.Fatal);
        Assert.Empty(_it.Cuts);
    }

    [Fact]
    public async Task UnexpectedFailure_IsThrownByTheNextLook()
    {
        _it.Engine.OnFlush = () => throw new ObjectDisposedException("engine");
        _it.Apply(EntriesMax);
        await Assert.ThrowsAsync<ObjectDisposedException>(_it.WorkedAsync);
        Assert.Throws<ObjectDisposedException>(() => _it.Apply(1));
    }

    [Fact]
    public async Task SecondFlush_IsNotBegun_WhileTheFirstRuns()
    {
        using var end = new ManualResetEventSlim();
        _it.Engine.OnFlush = () =>
        {
            end.Wait(FlushCompactorFixture.Limit);
            _it.Engine.MakeDurable();
        };
        _it.Apply(3 * EntriesMax);
        end.Set();
        await _it.WorkedAsync();
        Assert.Equal(1, _it.Engine.Flushes);
    }

    [Fact]
    public void Membership_OfThePlace_IsRecordedInTheLog()
    {
        _it.Engine.SizeInUse = 1L << 40;
        _it.Apply(EntriesMax);
        _it.Compactor.ConfState = ConfState.Of(1, 2);
        _it.Engine.MakeDurable();
        _it.Apply(EntriesMax);
        SnapshotMetadata cut = Assert.Single(_it.Markers);
        Assert.Equal((ulong)EntriesMax, cut.Index);
        Assert.Equal(FlushCompactorFixture.Membership.Voters, cut.ConfState.Voters);
    }
}
