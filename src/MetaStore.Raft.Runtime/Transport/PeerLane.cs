using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Transport;

/// <summary>Which connection a message uses, and so which messages a connection may carry.</summary>
internal static class PeerLane
{
    /// <summary>Bulk data uses a separate connection, so that it never delays a heartbeat, a vote or an acknowledgement.</summary>
    public static Lane Of(MessageType type) => type switch
    {
        MessageType.AppendEntries or MessageType.Propose => Lane.Append,
        MessageType.InstallSnapshot => Lane.Snapshot,
        _ => Lane.Control,
    };

    /// <summary>True for the messages of the lane whose reading may be held back by a slow disk: no heartbeat, vote or acknowledgement waits after them.</summary>
    public static bool MayWaitForDisk(MessageType type) => Of(type) == Lane.Append;

    /// <summary>Why a message may not arrive on a connection.</summary>
    /// <param name="message">The decoded message.</param>
    /// <param name="member">The member that opened the connection.</param>
    /// <param name="lane">The connection's lane.</param>
    /// <param name="self">This member.</param>
    /// <returns>Null when it may.</returns>
    public static string? Refusal(Message message, ulong member, Lane lane, ulong self)
    {
        // A request to transfer leadership carries the id of the transferee.
        bool isSender = message.From == member || message.Type == MessageType.TransferLeader;
        if (!isSender || message.To != self)
        {
            return $"member {member:x} sent a message from {message.From:x} to {message.To:x}";
        }

        return Of(message.Type) == lane ? null : $"member {member:x} sent {message.Type} on the {lane} lane";
    }
}
