using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Leases;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Leases;

/// <summary>etcd v3 Lease: the part that is determined by the log.</summary>
public abstract class LessorTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Grant_AnyIdButZero_Works(long id)
    {
        var result = _rig.Grant(id, 30);
        Assert.Equal((ErrorCode.None, 1L), (result.Error, result.Revision));
        Assert.True(_rig.Machine.Leases.TryGet(id, out var lease));
        Assert.Equal(new LeaseInfo(id, 30, 0), lease);
    }

    [SkippableFact]
    public void Grant_Twice_IsLeaseExists()
    {
        _rig.Grant(1, 30);
        Assert.Equal(ErrorCode.LeaseExists, _rig.Grant(1, 60).Error);
        Assert.True(_rig.Machine.Leases.TryGet(1, out var lease));
        Assert.Equal(30, lease.Ttl);
    }

    [SkippableFact]
    public void Grant_TtlAboveTheMaximum_IsRefused()
    {
        Assert.Equal(ErrorCode.LeaseTtlTooLarge, _rig.Grant(1, Lessor.TtlMax + 1).Error);
        Assert.Equal(ErrorCode.None, _rig.Grant(1, Lessor.TtlMax).Error);
        Assert.Equal(ErrorCode.LeaseNotFound, _rig.Grant(0).Error);
    }

    [SkippableFact]
    public void Revoke_Missing_IsLeaseNotFound() => Assert.Equal(ErrorCode.LeaseNotFound, _rig.Revoke(1).Error);

    [SkippableFact]
    public void Revoke_WithoutKeys_KeepsTheRevision()
    {
        _rig.Grant(1);
        Assert.Equal((0L, 1L), (_rig.Revoke(1).Deleted, _rig.Revision));
        Assert.Equal(0, _rig.Machine.Leases.Count);
    }

    [SkippableFact]
    public void Revoke_WithKeys_DeletesThemSortedInOneRevision()
    {
        var sink = new RecordingSink();
        _rig.Grant(1);
        foreach (var key in new[] { "m", "\u00ff", "a", "z", "aa" })
        {
            _rig.Put(key, "v", lease: 1);
        }

        _rig.Put("other");
        _rig.Machine.Sink = sink;
        var result = _rig.Revoke(1);
        Assert.Equal((5L, 8L), (result.Deleted, result.Revision));
        Assert.Equal(["8.0 DELETE a", "8.1 DELETE aa", "8.2 DELETE m", "8.3 DELETE z", "8.4 DELETE \u00ff"], sink.Lines);
        Assert.Equal("other", _rig.Get("\0", "\0").Keys);
    }

    [SkippableFact]
    public void Reopen_Leases_AreFoundWithTheirKeys()
    {
        _rig.Grant(1, 30);
        _rig.Grant(-2, 40);
        _rig.Grant(3, 50);
        _rig.Put("a", "", lease: 1);
        _rig.Put("b", "", lease: 1);
        _rig.Put("c", "", lease: 3);
        _rig.Put("b", "", lease: -2);
        _rig.Put("a", "x");
        _rig.Revoke(3);
        var again = new StoreRig(_rig.Engine.Copy());
        Assert.Equal([new LeaseInfo(-2, 40, 1), new LeaseInfo(1, 30, 0)], again.Machine.Leases.List());
        Assert.Equal("b", Bytes.Text(again.Machine.Leases.KeysOf(-2).Single()));
        Assert.Equal(1, again.Revoke(-2).Deleted);
    }

    [SkippableFact]
    public void Reopen_LeaseGrantedAgainUnderAnOldId_DoesNotInheritOldKeys()
    {
        _rig.Grant(1);
        _rig.Put("a", "", lease: 1);
        _rig.Revoke(1);
        _rig.Put("a", "new");
        _rig.Grant(1);
        var again = new StoreRig(_rig.Engine.Copy());
        Assert.Empty(again.Machine.Leases.KeysOf(1));
    }

    [SkippableFact]
    public void Grant_InTheBatch_IsOneRecord()
    {
        _rig.Grant(258, 7);
        using var view = _rig.Engine.OpenView();
        Assert.True(view.TryGet(Bucket.Leases, [0, 0, 0, 0, 0, 0, 1, 2], out var value));
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 7], value.ToArray());
    }

    [SkippableFact]
    public void Expire_InTheTermItWasDecidedIn_RemovesLeaseAndKeys()
    {
        _rig.Grant(1);
        _rig.Put("a", "", lease: 1);
        var result = _rig.Apply(new LeaseExpireCommand { Id = 1, Term = 1 });
        Assert.Equal((ErrorCode.None, 1L, 3L), (result.Error, result.Deleted, result.Revision));
        Assert.Equal(0, _rig.Machine.Leases.Count);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void Expire_DecidedInAnotherTerm_ChangesNothing(ulong term)
    {
        _rig.Grant(1);
        _rig.Put("a", "", lease: 1);
        Assert.Equal(ErrorCode.LeaseNotFound, _rig.Apply(new LeaseExpireCommand { Id = 1, Term = term }).Error);
        Assert.Single(_rig.Machine.Leases.KeysOf(1));
    }

    [SkippableFact]
    public void Expire_DecidedForAnEarlierLeaseOfTheId_ChangesNothing()
    {
        _rig.Grant(1);
        BeginEpoch();
        _rig.Revoke(1);
        _rig.Grant(1);
        _rig.Put("a", "", lease: 1);
        Assert.Equal(ErrorCode.LeaseNotFound, _rig.Apply(new LeaseExpireCommand { Id = 1, Term = 1, Epoch = 1 }).Error);
        Assert.Single(_rig.Machine.Leases.KeysOf(1));

        BeginEpoch();
        Assert.Equal(ErrorCode.None, _rig.Apply(new LeaseExpireCommand { Id = 1, Term = 1, Epoch = 1 }).Error);
        Assert.Equal(0, _rig.Machine.Leases.Count);

        void BeginEpoch() => _rig.Apply(new LeaseCheckpointCommand { Term = 1, Checkpoints = [new LeaseCheckpoint(1, 0, 0)] });
    }

    [SkippableFact]
    public void Listener_IsNotifiedOfExistingLeasesAndOfEveryChange()
    {
        var listener = new RecordingLeaseListener();
        _rig.Grant(1, 30);
        _rig.Machine.Leases.Listener = listener;
        _rig.Grant(2, 40);
        _rig.Grant(2, 50);
        _rig.Revoke(1);
        _rig.Revoke(1);
        _rig.Apply(new LeaseExpireCommand { Id = 2, Term = 1 });
        Assert.Equal(["loaded 1:30", "granted 2:40", "revoked 1", "revoked 2"], listener.Lines);
    }
}
