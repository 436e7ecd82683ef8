using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>
/// Receives what a transport delivers to its node. Called by any thread of the transport; only <see cref="OnSnapshot"/> and, for messages of the lane of
/// entries, <see cref="OnMessages"/> may wait for the disk.
/// </summary>
public interface IPeerReceiver
{
    /// <summary>
    /// Messages that arrived together, in order per sender and lane. The span belongs to the transport; the messages do not.
    /// </summary>
    void OnMessages(ReadOnlySpan<Message> messages);

    /// <summary>A message to this peer was dropped or could not be sent.</summary>
    void OnUnreachable(ulong node);

    /// <summary>Outcome of a <see cref="IPeerTransport.SendSnapshot"/>.</summary>
    /// <param name="node">The receiver.</param>
    /// <param name="delivered">True when it has confirmed that the snapshot is complete, verified and durable.</param>
    void OnSnapshotSent(ulong node, bool delivered);

    /// <summary>A snapshot arrives. Reads <paramref name="body"/> to its end and makes it durable before returning.</summary>
    /// <param name="install">The message that announced it.</param>
    /// <param name="body">The file's bytes; ends where the file ends.</param>
    /// <param name="length">Bytes in <paramref name="body"/>.</param>
    /// <returns>False when it was refused or damaged.</returns>
    /// <remarks>Runs on a thread of that connection and may block.</remarks>
    bool OnSnapshot(Message install, Stream body, long length);
}
