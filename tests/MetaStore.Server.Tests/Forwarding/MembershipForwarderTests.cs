using Grpc.Core;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Calls;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>A change of the membership runs at most once; what its caller gets when the leader is not this member, gone or unreachable.</summary>
public sealed class MembershipForwarderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly LeaderChannels _channels;
    private readonly MembershipForwarder _forwarder;
    private int _ran;

    public MembershipForwarderTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _channels = new LeaderChannels(_machine.Members, () => null);
        _forwarder = new MembershipForwarder(new LeaderForwarder(_leadership, Patience, TimeProvider.System), _channels, new OnwardHeaders(null!), Patience);
    }

    public void Dispose()
    {
        _channels.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public async Task OnTheLeader_RunsOnce()
    {
        _leadership.Set(new SoftState(1, Role.Leader), 3);
        Assert.NotNull(await RunAsync(ServerError.None));
        Assert.Equal(1, _ran);
    }

    [Fact]
    public async Task Refused_IsNotRepeated()
    {
        _leadership.Set(new SoftState(1, Role.Leader), 3);
        await FailsAsync(ServerError.MemberNotFound, RunAsync(ServerError.MemberNotFound));
        Assert.Equal(1, _ran);
    }

    [Fact]
    public async Task LeadershipLostInBetween_IsRepeated_UnlessAnotherMemberSentTheCall()
    {
        _leadership.Set(new SoftState(1, Role.Leader), 3);
        await FailsAsync(ServerError.TimeoutDueToConnectionLost, RunAsync(ServerError.NotLeader));
        Assert.True(_ran > 1);
        _ran = 0;
        await FailsAsync(ServerError.LeaderChanged, RunAsync(ServerError.NotLeader, new Metadata { { OnwardHeaders.Forwarded, "1" } }));
        Assert.Equal(1, _ran);
    }

    [Fact]
    public async Task WithoutALeader_TimesOut()
    {
        await FailsAsync(ServerError.Timeout, RunAsync(ServerError.None));
        Assert.Equal(0, _ran);
    }

    [Fact]
    public async Task LeaderThatCannotBeReached_CertainlyDidNothing_AndIsAskedAgain()
    {
        _machine.Know(new MemberRecord { Id = 2, ClientUrls = [$"http://127.0.0.1:{FreePorts.Take(1)[0]}"] });
        _leadership.Set(new SoftState(2, Role.Follower), 3);
        await FailsAsync(ServerError.TimeoutDueToConnectionLost, RunAsync(ServerError.None));
        Assert.Equal(0, _ran);
    }

    private Task<MemberRemoveResponse> RunAsync(ServerError here, Metadata? headers = null) => _forwarder.RunAsync(
        (cluster, options) => cluster.MemberRemoveAsync(new MemberRemoveRequest { ID = 9 }, options),
        () =>
        {
            _ran++;
            return Task.FromResult((here, here == ServerError.None ? new MemberRemoveResponse() : null));
        },
        new LocalCallContext("/etcdserverpb.Cluster/MemberRemove", headers).Call);

    private static async Task FailsAsync(ServerError expected, Task<MemberRemoveResponse> running) =>
        Assert.Equal(StatusMap.Of(expected).Detail, (await Assert.ThrowsAsync<RpcException>(() => running)).Status.Detail);
}
