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
        FrameOutcome outcome = frames.Next(out ReadOnlyMemory<byte> body);
        if (outcome != FrameOutcome.Frame)
        {
            return frames.Describe(outcome);
        }

        if (!MessageDecoder.TryDecode(body, out Message install) || install.Type != MessageType.InstallSnapshot || install.Snapshot is null)
        {
            return $"member {connection.From:x16} announced no snapshot on the snapshot lane";
        }

        if (PeerLane.Refusal(install, connection.From, Lane.Snapshot, options.NodeId) is { } wrong)
        {
            transport.CountRefusedMessage();
            return wrong;
        }

        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (!frames.ReadExactly(prefix) || BinaryPrimitives.ReadUInt64LittleEndian(prefix) is var length && length > long.MaxValue)
        {
            return "the snapshot has no length";
        }

        using FrameBodyStream stream = new(frames, (long)length, options.SnapshotStallTimeout, TimeProvider.System);
        string? refusal = transport.ReceiveSnapshot(connection.From, install, stream, (long)length)
            ? null
            : $"the snapshot of member {connection.From:x16} at index {install.Snapshot.Index} was not taken";
        SnapshotReceipt receipt = new() { Delivered = refusal is null, Detail = refusal ?? "" };
        send(FrameFormat.Wrap(receipt.ToByteArray()));
        return refusal;
    }
}
