using MetaStore.Engines.Memory;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Server.Leases;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Leases;

public sealed class EpochCapabilityTests
{
    private readonly ReplicatedStateMachine _machine = new(new MemoryEngine());
    private readonly Dictionary<ulong, bool?> _announced = [];
    private readonly EpochCapability _capability;

    public EpochCapabilityTests()
    {
        _capability = new EpochCapability(1, _machine.Members, () => [.. _announced.Select(peer => StatusOf(peer.Key, peer.Value))]);
        Assert.True(_machine.BeginEntry(1, 1));
        _machine.UpsertMember(new MemberRecord { Id = 1 });
    }

    [Fact]
    public void OnlyMember_IsAll() => Assert.True(_capability.IsOfAll());

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, null, false)]
    public void AnnouncementsOfAllOthers_Decide(bool? second, bool? third, bool isOfAll)
    {
        _machine.UpsertMember(new MemberRecord { Id = 2 });
        _machine.UpsertMember(new MemberRecord { Id = 3, IsLearner = true });
        (_announced[2], _announced[3]) = (second, third);
        Assert.Equal(isOfAll, _capability.IsOfAll());
    }

    [Fact]
    public void MemberThatIsNoPeerYet_DoesNotReadThem()
    {
        _machine.UpsertMember(new MemberRecord { Id = 2 });
        Assert.False(_capability.IsOfAll());
    }

    private static PeerStatus StatusOf(ulong node, bool? announced) => new(node, true, null, null, new PeerTraffic()) { KnowsLeaseEpochs = announced };
}
