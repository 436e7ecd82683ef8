using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Tests.Rig;
using MetaStore.StateMachine.Watch;

namespace MetaStore.StateMachine.Tests.Watch;

/// <summary>One test per rule of watching.</summary>
public abstract class WatchHubTests(string engine)
{
    private readonly WatchRig _rig = new(engine);

    [SkippableFact]
    public void Add_WithoutStart_GetsWhatComesAfterNow()
    {
        _rig.Store.Put("a", "0");
        _rig.Pump();
        var watcher = _rig.Watch("a");
        _rig.Store.Put("a", "1");
        _rig.Store.Put("b", "1");
        _rig.Pump();
        Assert.Equal(["3 PUT a=1@2/3/2"], _rig.Lines(watcher));
    }

    [SkippableFact]
    public void Add_StartInThePast_ReadsHistoryThenGoesOnLive()
    {
        _rig.Store.Put("a", "0");
        _rig.Store.Delete("a");
        _rig.Pump();
        var watcher = _rig.Watch("a", start: 2);
        Assert.False(watcher.IsSynced);
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.True(watcher.IsSynced);
        _rig.Store.Put("a", "1");
        _rig.Pump();
        Assert.Equal(["2 PUT a=0@2/2/1", "3 DELETE a", "4 PUT a=1@4/4/1"], _rig.Lines(watcher));
    }

    [SkippableFact]
    public void Add_StartInTheFuture_GetsNothingFromBefore()
    {
        var watcher = _rig.Watch("a", start: 4);
        _rig.Store.Put("a", "2");
        _rig.Pump();
        _rig.Store.Put("a", "3");
        _rig.Store.Put("a", "4");
        _rig.Pump();
        Assert.Equal(["4 PUT a=4@2/4/3"], _rig.Lines(watcher));
    }

    [SkippableTheory]
    [InlineData(1, 100, 0)]
    [InlineData(2, 100, 2)]
    [InlineData(2, 100_000, 0)]
    public void Distribute_RunOfSeveralWatchers_IsEncodedOnce(int watchers, int valueBytes, int encoded)
    {
        for (var i = 0; i < watchers; i++)
        {
            _rig.Watch("a");
        }

        _rig.Store.Put("a", new string('v', valueBytes));
        _rig.Pump();
        Assert.Equal(encoded, _rig.Receiver.Encoded);
    }

    [SkippableFact]
    public void Take_ChangesBetweenReadingAndJoining_AreReadNext()
    {
        _rig.Store.Put("a", "0");
        _rig.Pump();
        var watcher = _rig.Watch("a", start: 2);
        _rig.Receiver.Unsynced.Clear();
        var round = CatchUp.Read(_rig.Store.Machine.Reader, [watcher]);
        _rig.Store.Put("a", "1");
        _rig.Pump();
        _rig.Hub.Take(round);
        Assert.False(watcher.IsSynced);
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["2 PUT a=0@2/2/1", "3 PUT a=1@2/3/2"], _rig.Lines(watcher));
        Assert.True(watcher.IsSynced);
    }

    [SkippableFact]
    public void Distribute_NoRoom_ReadsTheSameFromHistoryLater()
    {
        var watcher = _rig.Watch("a", "c");
        _rig.Store.Put("a", "0");
        _rig.Pump();
        _rig.Receiver.HasRoom = false;
        _rig.Store.Apply(Ops.Txn([], [Ops.Put("a", "1"), Ops.Put("b", "1")]));
        _rig.Pump();
        Assert.False(watcher.IsSynced);
        _rig.Receiver.HasRoom = true;
        _rig.Store.Put("b", "2");
        _rig.Pump();
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["2 PUT a=0@2/2/1", "3 PUT a=1@2/3/2", "3 PUT b=1@3/3/1", "4 PUT b=2@3/4/2"], _rig.Lines(watcher));
        Assert.Equal(1, _rig.Hub.FallenBehind);
    }

    [SkippableFact]
    public void Forms_PreviousAndFilters_GiveEachItsOwn()
    {
        var previous = _rig.Watch("a", form: WatchFilters.PrevKv);
        var noPut = _rig.Watch("a", form: WatchFilters.NoPut);
        var noDelete = _rig.Watch("a", form: WatchFilters.NoDelete);
        _rig.Store.Put("a", "0");
        _rig.Store.Put("a", "1");
        _rig.Store.Delete("a");
        _rig.Pump();
        Assert.Equal(["2 PUT a=0@2/2/1", "3 PUT a=1@2/3/2 before a=0@2/2/1", "4 DELETE a before a=1@2/3/2"], _rig.Lines(previous));
        Assert.Equal(["4 DELETE a"], _rig.Lines(noPut));
        Assert.Equal(["2 PUT a=0@2/2/1", "3 PUT a=1@2/3/2"], _rig.Lines(noDelete));
    }

    [SkippableFact]
    public void History_BelowTheCompactedRevision_EndsTheWatcher()
    {
        _rig.Store.Put("a", "0");
        _rig.Store.Put("a", "1");
        _rig.Store.Put("a", "2");
        _rig.Store.Compact(3);
        _rig.Pump();
        var gone = _rig.Watch("a", start: 2);
        var kept = _rig.Watch("a", start: 3);
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(3, _rig.Receiver.CompactedAt[gone.Id]);
        Assert.Empty(_rig.Lines(gone));
        Assert.Equal(["3 PUT a=1@2/3/2", "4 PUT a=2@2/4/3"], _rig.Lines(kept));
    }

    [SkippableFact]
    public void History_DeleteExactlyAtTheCompactedRevision_IsReported()
    {
        _rig.Store.Put("a", "0");
        _rig.Store.Delete("a");
        _rig.Store.Put("b", "0");
        _rig.Store.Compact(3);
        _rig.Store.CompactPhysically();
        _rig.Pump();
        var watcher = _rig.Watch("", "\0", start: 3);
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(["3 DELETE a", "4 PUT b=0@4/4/1"], _rig.Lines(watcher));
    }

    [SkippableFact]
    public void Install_Checkpoint_IsReadFromHistoryWithoutGapAndWithoutRepetition()
    {
        var leader = new StoreRig(engine);
        var watcher = _rig.Watch("a");
        var future = _rig.Watch("a", start: 5);
        leader.Put("a", "0");
        _rig.Store.Put("a", "0");
        _rig.Pump();
        leader.Put("a", "1");
        leader.Put("a", "2");
        _rig.Store.Machine.InstallCheckpoint(new MemoryStream(leader.Engine.Dump()), default);
        _rig.Pump();
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        _rig.Store.Put("a", "3");
        _rig.Pump();
        Assert.Equal(["2 PUT a=0@2/2/1", "3 PUT a=1@2/3/2", "4 PUT a=2@2/4/3", "5 PUT a=3@2/5/4"], _rig.Lines(watcher));
        Assert.Equal(["5 PUT a=3@2/5/4"], _rig.Lines(future));
    }

    [SkippableFact]
    public void Install_CheckpointCompactedFurther_EndsTheWatcher()
    {
        var leader = new StoreRig(engine);
        var watcher = _rig.Watch("a");
        leader.Put("a", "0");
        leader.Put("a", "1");
        leader.Put("a", "2");
        leader.Compact(4);
        _rig.Store.Machine.InstallCheckpoint(new MemoryStream(leader.Engine.Dump()), default);
        _rig.Pump();
        _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        Assert.Equal(4, _rig.Receiver.CompactedAt[watcher.Id]);
    }

    [SkippableFact]
    public void PublishedChanges_TooMany_AreReadFromHistory()
    {
        var watcher = _rig.Watch("a");
        var ops = Enumerable.Range(0, 100).Select(i => Ops.Put($"k{i}")).Append(Ops.Put("a")).ToArray();
        for (var i = 0; i < (PublishedChanges.RecordsMax / 101) + 10; i++)
        {
            _rig.Store.Apply(Ops.Txn([], ops));
        }

        _rig.Pump();
        Assert.False(watcher.IsSynced);
        while (_rig.Receiver.Unsynced.Count > 0)
        {
            _rig.Receiver.ReadHistory(_rig.Store.Machine.Reader, _rig.Hub);
        }

        Assert.True(watcher.IsSynced);
        Assert.Equal(Enumerable.Range(2, (int)_rig.Store.Revision - 1), _rig.Lines(watcher).Select(line => int.Parse(line.Split(' ')[0])));
    }

    [SkippableFact]
    public void Distribute_ManySmallRevisions_AreCutBetweenRevisions()
    {
        var counting = new RecordingReceiver();
        _rig.Watch("a", "z", receiver: counting);
        for (var i = 0; i < 2500; i++)
        {
            _rig.Store.ApplyUnpublished(new PutCommand { Key = Bytes.Of("k"), Value = Bytes.Of("v") });
        }

        _rig.Store.Machine.Publish();
        _rig.Pump();
        Assert.Equal(2500, counting.Lines.Values.Single().Count);
        Assert.Equal(1, counting.Groups);
    }
}
