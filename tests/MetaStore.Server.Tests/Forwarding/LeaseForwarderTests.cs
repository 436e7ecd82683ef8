using Grpc.Core;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Calls;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Leases;
using MetaStore.StateMachine;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>Questions about leases on a member that does not lead and cannot reach the one that does.</summary>
public sealed class LeaseForwarderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly Metadata Forwarded = new() { { OnwardHeaders.Forwarded, "1" } };

    private readonly MemoryEngine _engine = new();
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly LeaderChannels _channels;
    private readonly LeaseForwarder _leases;

    public LeaseForwarderTests()
    {
        var machine = new ReplicatedStateMachine(_engine);
        var clock = new LeaseClock(new FakeTimeProvider(), TimeSpan.FromSeconds(1));
        _channels = new LeaderChannels(machine.Members, () => null);
        _leases = new LeaseForwarder(
            clock, new LeaseCheckpointer(clock, null!), machine.Leases, null!, null!, new LeaderForwarder(_leadership, Patience, TimeProvider.System), _channels, new OnwardHeaders(null!), Patience);
    }

    public void Dispose()
    {
        _channels.Dispose();
        _engine.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task TimeToLive_WithoutAWayToTheLeader_HasNoAnswer(ulong leader)
    {
        _leadership.Set(new SoftState(leader, Role.Follower), 3);
        Assert.Equal(ServerError.NoLeader, (await TimeToLiveAsync(null)).Error);
    }

    [Fact]
    public async Task TimeToLive_FromAnotherMember_IsNotPassedOn()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 3);
        Assert.Equal(ServerError.LeaderChanged, (await TimeToLiveAsync(Forwarded)).Error);
    }

    [Theory]
    [InlineData(0, false, ServerError.NoLeader)]
    [InlineData(2, false, ServerError.Timeout)]
    [InlineData(2, true, ServerError.LeaderChanged)]
    public async Task Renewal_WithoutAWayToTheLeader_HasNoAnswer(ulong leader, bool isForwarded, ServerError expected)
    {
        _leadership.Set(new SoftState(leader, Role.Follower), 3);
        await using KeepAliveHandler renewals = _leases.KeepAliveHandler(
            new LocalCallContext("/etcdserverpb.Lease/LeaseKeepAlive", isForwarded ? Forwarded : null).Call, CancellationToken.None);
        var answers = new KeepAliveResponses(null!);
        answers.Begin(new ResponseHeader());
        Assert.Equal(expected, await renewals.RenewAsync([new LeaseKeepAliveRequest { ID = 7 }], answers));
        Assert.Equal(0, answers.Count);
    }

    private async Task<ForwardResult<LeaseTimeToLiveResponse>> TimeToLiveAsync(Metadata? headers) => await _leases.TimeToLiveAsync(
        new LeaseTimeToLiveRequest { ID = 7 }, new LocalCallContext("/etcdserverpb.Lease/LeaseTimeToLive", headers).Call, CancellationToken.None);
}
