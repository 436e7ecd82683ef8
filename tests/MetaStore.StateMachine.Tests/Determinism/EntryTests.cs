using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Determinism;

/// <summary>Entries, groups, applied index, restarts and checkpoints.</summary>
public abstract class EntryTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Entry_AppliedBefore_IsSkipped()
    {
        _rig.Put("a");
        Assert.False(_rig.Machine.BeginEntry(1, 1));
        Assert.True(_rig.Machine.BeginEntry(2, 1));
        Assert.Throws<InvalidOperationException>(() => _rig.Machine.BeginEntry(3, 1));
    }

    [SkippableFact]
    public void Calls_OutsideAnEntry_AreBugs()
    {
        var command = CommandFormat.Encode(default(NoopCommand));
        Assert.Throws<InvalidOperationException>(() => _rig.Machine.Apply(command));
        Assert.Throws<InvalidOperationException>(() => _rig.Machine.EndEntry());
        _rig.Machine.BeginEntry(1, 1);
        Assert.Throws<InvalidOperationException>(() => _rig.Machine.Publish());
    }

    [SkippableFact]
    public void Publish_Group_IsOneBatchWithTheAppliedIndexInside()
    {
        var batches = new List<int>();
        _rig.Engine.BeforeCommit = batch => batches.Add(batch.Count);
        for (var i = 0; i < 10; i++)
        {
            _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of($"{i}") });
        }

        Assert.Equal((0, 1L, 0UL), (_rig.Engine.Commits, _rig.Revision, _rig.Machine.Reader.AppliedIndex));
        _rig.Machine.Publish();
        _rig.Machine.Publish();
        Assert.Equal([11], batches);
        Assert.Equal((11L, 10UL), (_rig.Revision, _rig.Machine.Reader.AppliedIndex));
    }

    [SkippableFact]
    public void Publish_EntryWithoutChanges_StillMovesTheAppliedIndex()
    {
        Assert.True(_rig.Machine.BeginEntry(5, 3));
        _rig.Machine.EndEntry();
        _rig.Machine.Publish();
        var again = new StoreRig(_rig.Engine.Copy()).Machine;
        Assert.Equal((5UL, 3UL), (again.AppliedIndex, again.AppliedTerm));
    }

    [SkippableFact]
    public void Restart_UnpublishedGroup_IsAppliedAgainFromTheLog()
    {
        _rig.Put("a", "1");
        _rig.ApplyUnpublished(new PutCommand { Key = Bytes.Of("a"), Value = Bytes.Of("2") });
        var again = new StoreRig(_rig.Engine.Copy());
        Assert.Equal(1UL, again.Machine.AppliedIndex);
        Assert.False(again.Machine.BeginEntry(1, 1));
        Assert.Equal("a=1@2/2/1", again.Get("a").Kvs);
        again.Put("a", "2");
        Assert.Equal("a=2@2/3/2", again.Get("a").Kvs);
    }

    [SkippableFact]
    public void InstallCheckpoint_ReplacesEverything_OpenReadersKeepWhatTheySee()
    {
        _rig.Grant(1);
        _rig.Put("old", "1", lease: 1);
        var other = new StoreRig(engine);
        other.Grant(2);
        for (var i = 0; i < 5; i++)
        {
            other.Put("new", $"{i}", lease: 2);
        }

        other.Compact(4);
        using var open = _rig.Machine.Reader.OpenRead();
        _rig.Machine.InstallCheckpoint(new MemoryStream(other.Engine.Dump()), default);
        Assert.Equal(other.Machine.AppliedIndex, _rig.Machine.AppliedIndex);
        Assert.Equal("new=4@2/6/5+2", _rig.Get("\0", "\0").Kvs);
        Assert.Equal(ErrorCode.Compacted, _rig.Get("new", null, 3).Error);
        Assert.Equal([2L], _rig.Machine.Leases.List().Select(lease => lease.Id));
        Assert.Equal("old=1@2/2/1+1", RangeSummary.Of(open.Range(new() { Key = Bytes.Of("\0"), RangeEnd = Bytes.FromKey })).Kvs);
        Assert.Equal(other.Hash().Hash, _rig.Hash().Hash);
        _rig.CompactPhysically();
        Assert.Equal(7, _rig.Put("more").Revision);
    }

    [SkippableFact]
    public void InstallCheckpoint_Damaged_ThrowsAndNewReadersAreServed()
    {
        _rig.Put("a");
        Assert.Throws<EngineException>(() => _rig.Machine.InstallCheckpoint(new MemoryStream([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), default));
    }

    [SkippableFact]
    public void Open_OnContentThatDoesNotFit_Throws()
    {
        using var opened = new ProbedEngine(engine);
        var batch = new WriteBatch();
        batch.Put(Bucket.Revisions, new byte[] { 1, 2, 3 }, new byte[] { 1 });
        opened.Commit(batch);
        Assert.Throws<EngineException>(() => new ReplicatedStateMachine(opened));
    }
}
