using System.Buffers.Binary;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Listening;

/// <summary>The listener's side of a snapshot transfer: announcement, length, bytes, receipt.</summary>
internal static class SnapshotLaneReader
{
    public delegate void SendBytes(ReadOnlySpan<byte> bytes);

    /// <returns>Why it was refused; null when all went well.</returns>
    public static string? Run(InboundConnection connection, FrameReader frames, TcpPeerTransport transport, TcpPeerTransportOptions options, SendBytes send)
    {
        if (ReadAnnouncement(frames, connection.From, out Message install) is { } unread)
        {
            return unread;
        }

        if (PeerLane.Refusal(install, connection.From, Lane.Snapshot, options.NodeId) is { } wrong)
        {
            transport.CountRefusedMessage();
            return wrong;
        }

        if (ReadLength(frames) is not { } length)
        {
            return "the snapshot has no length";
        }

        using FrameBodyStream stream = new(frames, length, options.SnapshotStallTimeout, TimeProvider.System);
        string? refusal = transport.ReceiveSnapshot(connection.From, install, stream, length)
            ? null
            : $"the snapshot of member {connection.From:x16} at index {install.Snapshot!.Index} was not taken";
        SnapshotReceipt receipt = new() { Delivered = refusal is null, Detail = refusal ?? "" };
        send(FrameFormat.Wrap(receipt.ToByteArray()));
        return refusal;
    }

    /// <summary>Reads the message before the bytes of a snapshot.</summary>
    /// <param name="frames">The connection.</param>
    /// <param name="member">The member that opened it.</param>
    /// <param name="install">The announcement, with its snapshot; unset when it was refused.</param>
    /// <returns>Why it was refused; null when it was read.</returns>
    internal static string? ReadAnnouncement(FrameReader frames, ulong member, out Message install)
    {
        install = null!;
        FrameOutcome outcome = frames.Next(out ReadOnlyMemory<byte> body);
        if (outcome != FrameOutcome.Frame)
        {
            return frames.Describe(outcome);
        }

        return MessageDecoder.TryDecode(body, out install) && install.Type == MessageType.InstallSnapshot && install.Snapshot is not null
            ? null
            : $"member {member:x16} announced no snapshot on the snapshot lane";
    }

    /// <summary>Reads how many bytes follow.</summary>
    /// <returns>Null when there is no length.</returns>
    internal static long? ReadLength(FrameReader frames)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        return frames.ReadExactly(prefix) && BinaryPrimitives.ReadInt64LittleEndian(prefix) is >= 0 and var length ? length : null;
    }
}
