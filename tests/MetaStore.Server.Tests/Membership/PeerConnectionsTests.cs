using MetaStore.Server.Membership;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Membership;

/// <summary>Which members count as reachable when a member is to be added or removed.</summary>
public sealed class PeerConnectionsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SteppedNode _node;
    private readonly PeerConnections _connections;

    public PeerConnectionsTests()
    {
        _node = new SteppedNode(_time, 1, 2, 3);
        _connections = new PeerConnections(_node.Node, _time);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void OwnMember_AlwaysCounts() => Assert.True(_connections.IsActive(1) && _connections.IsReached(1));

    [Fact]
    public void Peer_IsReachedOnlyAfterFiveSecondsWithoutInterruption()
    {
        _node.Peers.Connect(2, _time.GetUtcNow());
        Assert.True(_connections.IsActive(2));
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(_connections.IsReached(2));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_connections.IsReached(2));

        _node.Peers.Connect(2, _time.GetUtcNow());
        Assert.False(_connections.IsReached(2));
    }

    [Fact]
    public void Peer_ThatIsDownOrUnknown_DoesNotCount()
    {
        _node.Peers.Connect(2, since: null);
        foreach (ulong member in (ulong[])[2, 3])
        {
            Assert.False(_connections.IsActive(member));
            Assert.False(_connections.IsReached(member));
        }
    }
}
