using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Membership;
using MetaStore.StateMachine.Membership;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Membership;

/// <summary>Member records, removed ids, cluster version and configuration.</summary>
public abstract class MemberTests(string engine)
{
    private readonly StoreRig _rig = new(engine);

    [SkippableFact]
    public void Members_UpsertAttributesRemove_SurviveAReopen()
    {
        Upsert(9, "http://p9:1");
        Upsert(3, "http://p3:1");
        Upsert(7, "http://p7:1");
        Assert.Equal(ErrorCode.None, _rig.Apply(new MemberAttributesCommand { Id = 3, Name = "three", ClientUrls = ["http://c3:1"] }).Error);
        Assert.Equal(ErrorCode.None, _rig.Apply(new MemberRemoveCommand { Id = 7 }).Error);
        foreach (var members in new[] { _rig.Machine.Members, new StoreRig(_rig.Engine.Copy()).Machine.Members })
        {
            Assert.Equal([3UL, 9UL], members.Members.Select(member => member.Id));
            Assert.Equal(("three", "http://p3:1", "http://c3:1"), (members.Find(3)!.Name, members.Find(3)!.PeerUrls[0], members.Find(3)!.ClientUrls[0]));
        }

        Assert.Equal(1, _rig.Revision);
    }

    [SkippableFact]
    public void Member_RemovedOrUnknown_NeverComesBack()
    {
        Upsert(9, "http://p9:1");
        _rig.Apply(new MemberRemoveCommand { Id = 9 });
        foreach (var rig in new[] { _rig, new StoreRig(_rig.Engine.Copy()) })
        {
            Assert.Equal(ErrorCode.MemberNotFound, rig.Apply(new MemberRemoveCommand { Id = 9 }).Error);
            Assert.Equal(ErrorCode.MemberNotFound, rig.Apply(new MemberAttributesCommand { Id = 9, Name = "x", ClientUrls = [] }).Error);
            Assert.Equal(ErrorCode.MemberRemoved, rig.Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = 9 } }).Error);
        }
    }

    [SkippableFact]
    public void ClusterVersionAndConfState_SurviveAReopen()
    {
        Assert.Null(_rig.Machine.Members.ClusterVersion);
        Assert.True(_rig.Machine.ConfState.IsEmpty);
        _rig.Apply(new ClusterVersionSetCommand { Version = "3.6.0" });
        Assert.True(_rig.Machine.BeginEntry(2, 1));
        _rig.Machine.SetConfState(new byte[] { 1, 2, 3 });
        Assert.Equal(ErrorCode.None, _rig.Machine.UpsertMember(new MemberRecord { Id = 4 }));
        _rig.Machine.EndEntry();
        _rig.Machine.Publish();
        var again = new StoreRig(_rig.Engine.Copy()).Machine;
        Assert.Equal("3.6.0", again.Members.ClusterVersion);
        Assert.Equal([1, 2, 3], again.ConfState.ToArray());
        Assert.NotNull(again.Members.Find(4));
        Assert.Equal(2UL, again.AppliedIndex);
    }

    private void Upsert(ulong id, string url)
        => Assert.Equal(ErrorCode.None, _rig.Apply(new MemberUpsertCommand { Member = new MemberRecord { Id = id, PeerUrls = [url] } }).Error);
}
