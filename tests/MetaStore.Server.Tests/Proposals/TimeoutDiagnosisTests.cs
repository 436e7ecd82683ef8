using MetaStore.Raft;
using MetaStore.Server.Proposals;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Proposals;

/// <summary>A client reads from etcd's three texts whether the leader failed, its member is cut off, or it was only slow.</summary>
public sealed class TimeoutDiagnosisTests : IDisposable
{
    private static readonly TimeSpan Election = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SteppedNode _node;
    private readonly TimeoutDiagnosis _diagnosis;

    public TimeoutDiagnosisTests()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        _node = new SteppedNode(_time, 1, 2, 3);
        _diagnosis = new TimeoutDiagnosis(_node.Node, _node.Node.Leadership, Election, _time);
        _node.Peers.Connect(2, _time.GetUtcNow());
        _node.Peers.Connect(3, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(1999, ServerError.TimeoutDueToLeaderFailure)]
    [InlineData(2000, ServerError.Timeout)]
    public void Leader_ElectedSoonAfterTheStart_IsTheCause(int milliseconds, ServerError expected)
    {
        long startedAt = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Elect(2, Role.Follower);
        Assert.Equal(expected, _diagnosis.Of(startedAt));
    }

    [Fact]
    public void Leader_ElectedBeforeTheStart_IsNotTheCause()
    {
        Elect(2, Role.Follower);
        Assert.Equal(ServerError.Timeout, After(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Follower_WhoseConnectionToTheLeaderBroke_IsCutOff()
    {
        Elect(2, Role.Follower);
        _node.Peers.Connect(3, since: null);
        Assert.Equal(ServerError.Timeout, After(TimeSpan.FromSeconds(5)));
        _node.Peers.Connect(2, since: null);
        Assert.Equal(ServerError.TimeoutDueToConnectionLost, After(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Follower_ConnectedAgainMeanwhile_WasCutOff()
    {
        Elect(2, Role.Follower);
        long startedAt = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(3));
        _node.Peers.Connect(2, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ServerError.TimeoutDueToConnectionLost, _diagnosis.Of(startedAt));
    }

    [Fact]
    public void Leader_NeedsConnectionsToAQuorumOnly()
    {
        Elect(1, Role.Leader);
        _node.Peers.Connect(3, since: null);
        Assert.Equal(ServerError.Timeout, After(TimeSpan.FromSeconds(5)));
        _node.Peers.Connect(2, since: null);
        Assert.Equal(ServerError.TimeoutDueToConnectionLost, After(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Member_WithoutALeader_IsNotCalledCutOff()
    {
        _node.Peers.Connect(2, since: null);
        _node.Peers.Connect(3, since: null);
        Assert.Equal(ServerError.Timeout, After(TimeSpan.FromSeconds(5)));
    }

    private void Elect(ulong leader, Role role) => _node.Node.Leadership.Set(new SoftState(leader, role), term: 5);

    private ServerError After(TimeSpan wait)
    {
        long startedAt = _time.GetTimestamp();
        _time.Advance(wait);
        return _diagnosis.Of(startedAt);
    }
}
