using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>What a transport tells its node. Any thread of the transport calls; nothing but <see cref="OnSnapshot"/> may block.</summary>
public interface IPeerReceiver
{
    /// <summary>Messages that arrived together, in order of one sender and lane. The span is the transport's; the messages are not.</summary>
    void OnMessages(ReadOnlySpan<Message> messages);

    /// <summary>A message to this peer was dropped or could not be sent.</summary>
    void OnUnreachable(ulong node);

    /// <summary>How a <see cref="IPeerTransport.SendSnapshot"/> ended.</summary>
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
