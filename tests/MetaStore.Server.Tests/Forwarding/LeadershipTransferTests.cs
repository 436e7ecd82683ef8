using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Forwarding;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>What is refused before the node is asked to transfer; the transfer itself runs in the tests of whole clusters.</summary>
public sealed class LeadershipTransferTests : IDisposable
{
    private readonly MemoryEngine _engine = new();
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly LeadershipTransfer _transfer;

    public LeadershipTransferTests()
    {
        var machine = new ReplicatedStateMachine(_engine);
        machine.Know(new MemberRecord { Id = 2 });
        machine.Know(new MemberRecord { Id = 3, IsLearner = true });
        _transfer = new LeadershipTransfer(null!, machine.Members, _leadership, TimeSpan.FromSeconds(1), TimeProvider.System);
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task OnAFollower_IsRefused()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 4);
        Assert.Equal(ServerError.NotLeader, await _transfer.ToAsync(2));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task ToALearnerOrAnUnknownMember_IsRefused(ulong target)
    {
        _leadership.Set(new SoftState(1, Role.Leader), 4);
        Assert.Equal(ServerError.BadLeaderTransferee, await _transfer.ToAsync(target));
    }
}
