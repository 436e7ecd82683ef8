using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Leases;

/// <summary>Remaining times of leases, as recorded by leaders. Source: etcd v3 lease checkpoints, extended to be safe against late records.</summary>
public abstract class LeaseCheckpointTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Checkpoint_IsReportedAndFoundAfterAReopen()
    {
        var listener = new RecordingLeaseListener();
        _rig.Grant(1, 900);
        _rig.Put("a", "", lease: 1);
        _rig.Machine.Leases.Listener = listener;

        Assert.Equal(ErrorCode.None, Record(1, (1, 0, 600)).Error);

        Assert.Equal("recorded 1:600 in 0", listener.Lines[^1]);
        var again = new StoreRig(_rig.Engine.Copy());
        Assert.Equal([new LeaseInfo(1, 900, 1, 600)], again.Machine.Leases.List());
    }

    [SkippableFact]
    public void Checkpoint_ChangesNoRevision()
    {
        _rig.Grant(1, 900);
        var before = _rig.Revision;
        Assert.Equal((before, before), (Record(1, (1, 0, 600)).Revision, _rig.Revision));
    }

    [SkippableFact]
    public void Clear_EndsTheRecord_AndSoDoesEveryRecordThatWasDecidedBefore()
    {
        _rig.Grant(1, 900);
        Record(1, (1, 0, 600));

        Record(1, (1, 0, 0));
        Record(1, (1, 0, 300));

        Assert.Equal([new LeaseInfo(1, 900, 0, 0, 1)], new StoreRig(_rig.Engine.Copy()).Machine.Leases.List());
        Record(1, (1, 1, 500));
        Assert.Equal([new LeaseInfo(1, 900, 0, 500, 1)], new StoreRig(_rig.Engine.Copy()).Machine.Leases.List());
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void Checkpoint_DecidedInAnotherTerm_ChangesNothing(ulong term)
    {
        _rig.Grant(1, 900);
        Assert.NotEqual(ErrorCode.None, Record(term, (1, 0, 600)).Error);
        Assert.Equal([new LeaseInfo(1, 900, 0)], _rig.Machine.Leases.List());
    }

    [SkippableFact]
    public void Checkpoint_OfALeaseThatIsGone_IsPassedOver()
    {
        _rig.Grant(1, 900);
        _rig.Grant(2, 900);
        _rig.Revoke(1);
        Record(1, (1, 0, 600), (2, 0, 700));
        Assert.Equal([new LeaseInfo(2, 900, 0, 700)], _rig.Machine.Leases.List());
    }

    [SkippableFact]
    public void Grant_UnderAnIdThatWasRecorded_StartsWithoutARecord()
    {
        _rig.Grant(1, 900);
        Record(1, (1, 0, 600));
        _rig.Revoke(1);
        _rig.Grant(1, 800);
        Assert.Equal([new LeaseInfo(1, 800, 0)], new StoreRig(_rig.Engine.Copy()).Machine.Leases.List());
    }

    private CommandResult Record(ulong term, params (long Id, ulong Epoch, long Remaining)[] checkpoints) => _rig.Apply(
        new LeaseCheckpointCommand { Term = term, Checkpoints = [.. checkpoints.Select(one => new LeaseCheckpoint(one.Id, one.Epoch, one.Remaining))] });
}
