using MetaStore.Engines.Memory;
using MetaStore.Raft.Messages;
using MetaStore.Server.Membership;
using MetaStore.Server.Tests.Forwarding;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Membership;

/// <summary>The transport dials where the member records say, and a joining member keeps what it was given until it finds itself in them.</summary>
public sealed class PeerAddressesTests : IDisposable
{
    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly SteppedNode _node = new(new FakeTimeProvider(), 1, 2, 3);

    public PeerAddressesTests() => _machine = new ReplicatedStateMachine(_engine);

    public void Dispose()
    {
        _node.Dispose();
        _engine.Dispose();
    }

    [Fact]
    public void SetAll_GivesTheTransportAllOthers_AndNotItself()
    {
        Know(1, "http://a:1");
        Know(2, "http://b:1", "http://b:2");
        Know(3, "http://c:1");
        PeerAddresses.SetAll(_node.Node, _machine.Members);
        Assert.Equal([2ul, 3], _node.Peers.Urls.Keys);
        Assert.Equal(["http://b:1/", "http://b:2/"], _node.Peers.Urls[2].Select(url => url.ToString()));
    }

    [Fact]
    public void SetAll_RemovesWhoWasRemoved()
    {
        _node.Node.AddPeer(9, [new Uri("http://x:1")]);
        Know(9, "http://x:1");
        Remove(9);
        PeerAddresses.SetAll(_node.Node, _machine.Members);
        Assert.Empty(_node.Peers.Urls);
    }

    [Theory]
    [InlineData("no url")]
    [InlineData("")]
    public void Add_UrlThatCannotBeUsed_IsLeftOut_AndAloneChangesNothing(string url)
    {
        PeerAddresses.Add(_node.Node, new MemberRecord { Id = 2, PeerUrls = [url, "http://b:1"] });
        Assert.Equal("http://b:1/", Assert.Single(_node.Peers.Urls[2]).ToString());
        PeerAddresses.Add(_node.Node, new MemberRecord { Id = 2, PeerUrls = [url] });
        Assert.Equal("http://b:1/", Assert.Single(_node.Peers.Urls[2]).ToString());
    }

    [Fact]
    public void Update_OfAMember_ChangesItsAddressesOnly()
    {
        Know(1, "http://a:1");
        Know(2, "http://b:9");
        Know(3, "http://c:9");
        PeerAddresses.Update(_node.Node, _machine.Members, [new ConfChangeStep(ConfChangeType.Update, 2)]);
        Assert.Equal("http://b:9/", Assert.Single(_node.Peers.Urls[2]).ToString());
        Assert.False(_node.Peers.Urls.ContainsKey(3));
    }

    /// <summary>The history that a joining member applies first may hold addresses that are no longer right.</summary>
    [Fact]
    public void Update_WhileJoining_KeepsTheGivenAddresses_UntilItsOwnRecordComes()
    {
        _node.Node.AddPeer(2, [new Uri("http://new:1")]);
        Know(2, "http://old:1");
        Know(3, "http://c:1");
        PeerAddresses.Update(_node.Node, _machine.Members, [new ConfChangeStep(ConfChangeType.AddVoter, 2), new ConfChangeStep(ConfChangeType.AddVoter, 3)]);
        Assert.Equal("http://new:1/", Assert.Single(_node.Peers.Urls[2]).ToString());
        Assert.Equal("http://c:1/", Assert.Single(_node.Peers.Urls[3]).ToString());

        Know(2, "http://moved:1");
        Know(1, "http://a:1");
        PeerAddresses.Update(_node.Node, _machine.Members, [new ConfChangeStep(ConfChangeType.AddVoter, 1)]);
        Assert.Equal("http://moved:1/", Assert.Single(_node.Peers.Urls[2]).ToString());
    }

    [Fact]
    public void Update_OfARemoval_RemovesThePeer()
    {
        Know(2, "http://b:1");
        PeerAddresses.SetAll(_node.Node, _machine.Members);
        Remove(2);
        PeerAddresses.Update(_node.Node, _machine.Members, [new ConfChangeStep(ConfChangeType.Remove, 2)]);
        Assert.Empty(_node.Peers.Urls);
    }

    private void Know(ulong id, params string[] urls) => _machine.Know(new MemberRecord { Id = id, PeerUrls = urls });

    private void Remove(ulong id)
    {
        Assert.True(_machine.BeginEntry(_machine.AppliedIndex + 1, term: 1));
        _machine.RemoveMember(id);
        _machine.EndEntry();
    }
}
