using System.Collections.Concurrent;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport.InMemory;

/// <summary>Members of one process, joined without sockets: for tests and for hosts that run a whole cluster in one process.</summary>
/// <remarks>Thread-safe. Delivers on the sender's thread, in order, at once, unless <see cref="Drop"/> says otherwise.</remarks>
public sealed class InMemoryPeerNetwork
{
    private readonly ConcurrentDictionary<ulong, InMemoryPeerTransport> _members = new();

    /// <summary>Messages for which this holds are lost. Any thread of the members calls it.</summary>
    public Func<Message, bool>? Drop { get; set; }

    /// <summary>Makes the transport of one member. A later one of the same id takes the earlier one's place.</summary>
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
