using System.Collections.Concurrent;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport.InMemory;

/// <summary>One member's end of an <see cref="InMemoryPeerNetwork"/>.</summary>
public sealed class InMemoryPeerTransport : IPeerTransport
{
    private readonly InMemoryPeerNetwork _network;
    private readonly ConcurrentDictionary<ulong, PeerTraffic> _peers = new();

    internal InMemoryPeerTransport(InMemoryPeerNetwork network, ulong node)
    {
        _network = network;
        NodeId = node;
    }

    /// <summary>This member.</summary>
    public ulong NodeId { get; }

    /// <inheritdoc/>
    public IReadOnlyList<PeerStatus> Peers =>
        [.. _peers.OrderBy(peer => peer.Key).Select(peer => new PeerStatus(peer.Key, true, null, null, peer.Value) { KnowsUsers = true, KnowsLeaseEpochs = true })];

    internal IPeerReceiver? Receiver { get; private set; }

    /// <inheritdoc/>
    public void Start(IPeerReceiver receiver) => Receiver = receiver;

    /// <inheritdoc/>
    public void Send(IReadOnlyList<Message> messages)
    {
        foreach (Message message in messages)
        {
            if (_network.ReceiverFor(message) is { } receiver)
            {
                receiver.OnMessages([message]);
            }
            else
            {
                Receiver?.OnUnreachable(message.To);
            }
        }
    }

    /// <inheritdoc/>
    public void SendSnapshot(Message install, Stream body, long length) => Task.Run(() =>
    {
        using (body)
        {
            bool delivered = _network.ReceiverFor(install)?.OnSnapshot(install, body, length) == true;
            Receiver?.OnSnapshotSent(install.To, delivered);
        }
    });

    /// <inheritdoc/>
    public void AddPeer(ulong node, IReadOnlyList<Uri> urls) => _peers.TryAdd(node, new PeerTraffic());

    /// <inheritdoc/>
    public void RemovePeer(ulong node) => _peers.TryRemove(node, out _);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _network.Leave(this);
        Receiver = null;
        return ValueTask.CompletedTask;
    }
}
