using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Alarms;

/// <summary>etcd v3 Maintenance.Alarm, and the requests that alarms reject.</summary>
public abstract class AlarmTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Activate_TwiceThenDeactivate_AnswersLikeEtcd()
    {
        AlarmRecord alarm = new(5, AlarmKind.NoSpace);
        Assert.Equal([alarm], Alarm(AlarmAction.Activate, AlarmKind.NoSpace, 5).Alarms);
        Assert.Equal([alarm], Alarm(AlarmAction.Activate, AlarmKind.NoSpace, 5).Alarms);
        Assert.Equal([alarm], _rig.Machine.Alarms.Raised);
        Assert.Empty(Alarm(AlarmAction.Deactivate, AlarmKind.NoSpace, 6).Alarms!);
        Assert.Equal([alarm], Alarm(AlarmAction.Deactivate, AlarmKind.NoSpace, 5).Alarms);
        Assert.Empty(Alarm(AlarmAction.Deactivate, AlarmKind.NoSpace, 5).Alarms!);
        Assert.False(_rig.Machine.Alarms.NoSpace);
    }

    [SkippableFact]
    public void Get_ByKindAndMember_Filters()
    {
        Alarm(AlarmAction.Activate, AlarmKind.NoSpace, 2);
        Alarm(AlarmAction.Activate, AlarmKind.Corrupt, 1);
        Alarm(AlarmAction.Activate, AlarmKind.NoSpace, 1);
        Assert.Equal(3, Alarm(AlarmAction.Get, AlarmKind.None, 0).Alarms!.Count);
        Assert.Equal(2, Alarm(AlarmAction.Get, AlarmKind.NoSpace, 0).Alarms!.Count);
        Assert.Equal([new(1, AlarmKind.NoSpace), new(1, AlarmKind.Corrupt)], Alarm(AlarmAction.Get, AlarmKind.None, 1).Alarms);
    }

    [SkippableFact]
    public void ActivateNone_IsIgnored_UnknownActionIsAnError()
    {
        Assert.Empty(Alarm(AlarmAction.Activate, AlarmKind.None, 1).Alarms!);
        Assert.Empty(_rig.Machine.Alarms.Raised);
        Assert.Equal(ErrorCode.InvalidAlarmAction, Alarm((AlarmAction)9, AlarmKind.NoSpace, 1).Error);
    }

    [SkippableFact]
    public void NoSpace_RefusesWhatNeedsSpace_OnlyThat()
    {
        _rig.Put("a");
        _rig.Grant(1);
        Alarm(AlarmAction.Activate, AlarmKind.NoSpace, 3);
        Assert.Equal(ErrorCode.NoSpace, _rig.Put("b").Error);
        Assert.Equal(ErrorCode.NoSpace, _rig.Grant(2).Error);
        Assert.Equal(ErrorCode.NoSpace, _rig.Txn([], [Ops.Range("a")], [Ops.Nested([], [Ops.Put("x")])]).Error);
        Assert.Equal(ErrorCode.None, _rig.Txn([], [Ops.Range("a"), Ops.Delete("zz")]).Error);
        Assert.Equal(1, _rig.Delete("a").Deleted);
        Assert.Equal(ErrorCode.None, _rig.Compact(3).Error);
        Assert.Equal(ErrorCode.None, _rig.Revoke(1).Error);
    }

    [SkippableFact]
    public void Corrupt_RefusesEveryChange()
    {
        _rig.Put("a");
        _rig.Grant(1);
        Alarm(AlarmAction.Activate, AlarmKind.Corrupt, 3);
        CommandResult[] results = [_rig.Put("b"), _rig.Delete("a"), _rig.Txn([], []), _rig.Compact(2), _rig.Grant(2), _rig.Revoke(1)];
        Assert.All(results, result => Assert.Equal(ErrorCode.Corrupt, result.Error));
        Assert.Equal(1, _rig.Get("a").Count);
    }

    [SkippableFact]
    public void Reopen_Alarms_AreStillRaised()
    {
        Alarm(AlarmAction.Activate, AlarmKind.NoSpace, ulong.MaxValue);
        var again = new StoreRig(_rig.Engine.Copy());
        Assert.Equal([new AlarmRecord(ulong.MaxValue, AlarmKind.NoSpace)], again.Machine.Alarms.Raised);
        Assert.Equal(ErrorCode.NoSpace, again.Put("a").Error);
    }

    private CommandResult Alarm(AlarmAction action, AlarmKind kind, ulong member)
        => _rig.Apply(new AlarmCommand { Action = action, Kind = kind, Member = member });
}
