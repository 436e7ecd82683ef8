using System.Collections.Concurrent;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport.InMemory;

/// <summary>Connects members of one process without sockets: for tests and for hosts that run a whole cluster in one process.</summary>
/// <remarks>Thread-safe. Delivers on the sender's thread, in order, at once, unless <see cref="Drop"/> says otherwise.</remarks>
public sealed class InMemoryPeerNetwork
{
    private readonly ConcurrentDictionary<ulong, InMemoryPeerTransport> _members = new();

    /// <summary>Messages for which this returns true are lost. Called by any thread of the members.</summary>
    public Func<Message, bool>? Drop { get; set; }

    /// <summary>Creates the transport of one member. A later one with the same id replaces the earlier one.</summary>
    public InMemoryPeerTransport Join(ulong node)
    {
        InMemoryPeerTransport transport = new(this, node);
        _members[node] = transport;
        return transport;
    }

    internal IPeerReceiver? ReceiverFor(Message message) =>
        Drop?.Invoke(message) != true && _members.TryGetValue(message.To, out InMemoryPeerTransport? member) ? member.Receiver : null;

    internal void Leave(InMemoryPeerTransport transport) =>
        _members.TryRemove(new KeyValuePair<ulong, InMemoryPeerTransport>(transport.NodeId, transport));
}
