using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;

namespace MetaStore.Server.Tests.Nodes;

/// <summary>A transport that sends nothing; its peers are connected as the test says.</summary>
internal sealed class NamedPeers : IPeerTransport
{
    private readonly SortedDictionary<ulong, PeerStatus> _peers = [];
    private readonly SortedDictionary<ulong, Uri[]> _urls = [];

    /// <summary>Addresses by peer.</summary>
    public IReadOnlyDictionary<ulong, Uri[]> Urls => _urls;

    /// <summary>Messages that would have been sent.</summary>
    public List<Message> Sent { get; } = [];

    public IReadOnlyList<PeerStatus> Peers => [.. _peers.Values];

    /// <summary>The connection to a peer came up at that time, or is down.</summary>
    public void Connect(ulong node, DateTimeOffset? since) => _peers[node] = new PeerStatus(node, since is not null, since, null, new PeerTraffic());

    public void Start(IPeerReceiver receiver)
    {
    }

    public void Send(IReadOnlyList<Message> messages) => Sent.AddRange(messages);

    public void SendSnapshot(Message install, Stream body, long length) => throw new InvalidOperationException("there are no snapshots");

    public void AddPeer(ulong node, IReadOnlyList<Uri> urls)
    {
        _urls[node] = [.. urls];
        if (!_peers.ContainsKey(node))
        {
            Connect(node, since: null);
        }
    }

    public void RemovePeer(ulong node)
    {
        _urls.Remove(node);
        _peers.Remove(node);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
