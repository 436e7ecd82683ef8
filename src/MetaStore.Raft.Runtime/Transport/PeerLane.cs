using MetaStore.Peer;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Which connection a message takes.</summary>
internal static class PeerLane
{
    /// <summary>Bulk goes its own way, so that it never delays a heartbeat, a vote or an acknowledgement.</summary>
    public static Lane Of(MessageType type) => type switch
    {
        MessageType.AppendEntries or MessageType.Propose => Lane.Append,
        _ => Lane.Control,
    };
}
