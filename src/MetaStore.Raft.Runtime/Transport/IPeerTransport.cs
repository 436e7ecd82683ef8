using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Transport.Listening;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Carries messages between members. May lose, delay, duplicate and reorder them; never forges or corrupts them.</summary>
/// <remarks>
/// Except <see cref="MessageType.Propose"/>, which is never duplicated, because the leader would append it twice. All members may be
/// called by any
/// thread and none blocks.
/// </remarks>
public interface IPeerTransport : IAsyncDisposable
{
    /// <summary>Starts to receive and to connect. Called once, after the first peers were added.</summary>
    /// <exception cref="PeerListenException">The listening address cannot be used; the message names it.</exception>
    void Start(IPeerReceiver receiver);

    /// <summary>Sends messages to their receivers, in order per receiver and lane.</summary>
    /// <remarks>
    /// The messages are held until they are written and never changed. Messages that do not fit into the bounded queue are dropped, and the
    /// receiver is reported as unreachable.
    /// </remarks>
    void Send(IReadOnlyList<Message> messages);

    /// <summary>Streams a snapshot on a connection of its own.</summary>
    /// <param name="install">The <see cref="MessageType.InstallSnapshot"/> message that announces it.</param>
    /// <param name="body">The snapshot file, positioned at its start. Ownership passes to the transport.</param>
    /// <param name="length">Bytes in <paramref name="body"/>.</param>
    /// <remarks>The outcome is reported through <see cref="IPeerReceiver.OnSnapshotSent"/>, exactly once.</remarks>
    void SendSnapshot(Message install, Stream body, long length);

    /// <summary>Adds a member, or replaces its addresses if it exists. No effect once the transport is disposed.</summary>
    /// <param name="node">The member.</param>
    /// <param name="urls">Its peer URLs (<c>http://host:port</c>), at least one, tried in order.</param>
    void AddPeer(ulong node, IReadOnlyList<Uri> urls);

    /// <summary>Removes a member, closes its connections and refuses new ones from it.</summary>
    void RemovePeer(ulong node);

    /// <summary>
    /// Asks a leader, on a separate connection to its known address, up to which index it counts this node's log as durable.
    /// </summary>
    /// <returns>Null when it gave no answer.</returns>
    Task<AcknowledgedIndex?> AskAcknowledgedAsync(ulong leader) => Task.FromResult<AcknowledgedIndex?>(null);

    /// <summary>State of the connections to every known peer, in order of ids.</summary>
    IReadOnlyList<PeerStatus> Peers { get; }

    /// <summary>Messages that were dropped because they arrived on a lane that does not carry them, or in another member's name.</summary>
    long RefusedMessages => 0;
}
