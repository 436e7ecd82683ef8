using MetaStore.Engines.Memory;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.StateMachine;

namespace MetaStore.Server.Tests.LogCompaction;

/// <summary>Snapshots of an engine with files: made for followers, dropped with the log, installed from a leader.</summary>
public sealed class FlushLogSnapshotsTests : IDisposable
{
    private const int EntriesMax = FlushCompactorFixture.EntriesMax;

    private readonly FlushCompactorFixture _it = new();

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task Snapshot_ForAFollower_IsOfWhatIsApplied_WithItsMembership()
    {
        _it.Apply(3);
        SnapshotMetadata made = await _it.Compactor.MakeAsync(_it.Machine, taken: "") ?? throw new InvalidOperationException("none was made");
        Assert.Equal((3UL, 1UL), (made.Index, made.Term));
        Assert.Equal(FlushCompactorFixture.Membership.Voters, made.ConfState.Voters);
        Assert.Equal(SnapshotBody.Portable, _it.Store.Open(3)!.Body);
    }

    /// <summary>After a restart the state may be newer than the membership that is known: such a snapshot would name the wrong voters.</summary>
    [Fact]
    public async Task Snapshot_BeforeTheLogHasPassedTheState_IsNotMade()
    {
        _it.ApplyUncounted();
        Assert.Null(await _it.Compactor.MakeAsync(_it.Machine, taken: ""));
        Assert.Empty(_it.Store.List());
        _it.Apply(1);
        Assert.NotNull(await _it.Compactor.MakeAsync(_it.Machine, taken: ""));
    }

    [Fact]
    public async Task Snapshots_OfBeforeTheCut_AreDeletedWithTheLog()
    {
        _it.Apply(3);
        Assert.NotNull(await _it.Compactor.MakeAsync(_it.Machine, taken: ""));
        _it.Apply(EntriesMax - 3);
        await _it.WorkedAsync();
        Assert.Equal([(ulong)EntriesMax], _it.Cuts);
        Assert.Empty(_it.Store.List());
    }

    [Fact]
    public void Install_ReplacesStateAndMembership_AndDeletesTheFile()
    {
        _it.Apply(EntriesMax - 1);
        WriteSnapshot(index: 50, entries: 50);
        Assert.Equal(SnapshotBody.Portable, _it.Compactor.Install(_it.Machine, new SnapshotMetadata(50, 1, ConfState.Of(4, 5))));
        Assert.Equal((50UL, 50UL), (_it.Machine.AppliedIndex, _it.Machine.DurableAppliedIndex));
        Assert.Equal([4UL, 5], _it.Compactor.ConfState.Voters);
        Assert.Empty(_it.Store.List());
    }

    /// <summary>Entries of before the snapshot do not count towards the next flush, and their places are no places any more.</summary>
    [Fact]
    public async Task Install_BeginsTheCountAnew()
    {
        _it.Engine.SizeInUse = 1L << 40;
        _it.Apply(EntriesMax);
        _it.Engine.SizeInUse = 0;
        WriteSnapshot(index: 50, entries: 50);
        _it.Compactor.Install(_it.Machine, new SnapshotMetadata(50, 1, FlushCompactorFixture.Membership));
        _it.Apply(EntriesMax - 1);
        await _it.WorkedAsync();
        Assert.Equal(0, _it.Engine.Flushes);
        _it.Apply(1);
        await _it.WorkedAsync();
        Assert.Equal([50UL + EntriesMax], _it.Cuts);
    }

    [Fact]
    public async Task Install_LetsSnapshotsBeMadeAtOnce()
    {
        WriteSnapshot(index: 50, entries: 50);
        _it.Compactor.Install(_it.Machine, new SnapshotMetadata(50, 1, FlushCompactorFixture.Membership));
        Assert.Equal(50UL, (await _it.Compactor.MakeAsync(_it.Machine, taken: ""))!.Index);
    }

    [Fact]
    public void Install_OfASnapshotThatIsNotThere_Throws() => Assert.Contains(
        "the snapshot of index 9 was announced and is not there",
        Assert.Throws<InvalidOperationException>(() => _it.Compactor.Install(_it.Machine, new SnapshotMetadata(9, 1, FlushCompactorFixture.Membership))).Message,
        StringComparison.Ordinal);

    private void WriteSnapshot(ulong index, int entries)
    {
        using var engine = new MemoryEngine();
        var machine = new ReplicatedStateMachine(engine);
        for (int i = 0; i < entries; i++)
        {
            Assert.True(machine.BeginEntry(machine.AppliedIndex + 1, 1));
            machine.EndEntry();
            machine.Publish();
        }

        using var view = engine.OpenView();
        _it.Store.Write(new SnapshotMetadata(index, 1, FlushCompactorFixture.Membership), body => engine.WriteCheckpoint(view, body, CancellationToken.None));
    }
}
