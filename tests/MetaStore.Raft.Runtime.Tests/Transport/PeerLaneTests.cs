using System.Buffers.Binary;
using System.Net.Sockets;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Each type of message belongs to one lane; on any other lane the connection is closed and the message is not delivered.</summary>
public sealed class PeerLaneTests
{
    public static TheoryData<MessageType, Lane> Matrix
    {
        get
        {
            TheoryData<MessageType, Lane> rows = [];
            foreach (MessageType type in Enum.GetValues<MessageType>().Where(type => type != MessageType.None))
            {
                rows.Add(type, Lane.Control);
                rows.Add(type, Lane.Append);
                rows.Add(type, Lane.Snapshot);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Message_OnALane_IsDeliveredOnlyWhereItBelongs(MessageType type, Lane lane)
    {
        Lane home = type switch
        {
            MessageType.AppendEntries or MessageType.Propose => Lane.Append,
            MessageType.InstallSnapshot => Lane.Snapshot,
            _ => Lane.Control,
        };

        Assert.Equal(lane == home, await IsTakenAsync(Of(type, from: 2, to: 1), lane));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    public async Task Snapshot_OfAnotherOrForAnother_IsNotReceived(ulong from, ulong to) =>
        Assert.False(await IsTakenAsync(Of(MessageType.InstallSnapshot, from, to), Lane.Snapshot));

    private static Message Of(MessageType type, ulong from, ulong to) => new()
    {
        Type = type,
        To = to,
        From = from,
        Term = 3,
        Entries = type == MessageType.Propose ? [new Entry(0, 0, EntryType.Normal, new byte[5])] : [],
        Snapshot = type == MessageType.InstallSnapshot ? new SnapshotMetadata(10, 3, ConfState.Of(1, 2)) : null,
    };

    private static async Task<bool> IsTakenAsync(Message message, Lane lane)
    {
        LogSink log = new();
        RecordingReceiver receiver = new();
        await using TcpPeerTransport us = TcpPair.Create(1, log);
        us.AddPeer(2, [new Uri("http://127.0.0.1:1")]);
        us.Start(receiver);
        using Socket socket = await RawPeer.ConnectAsync(us.ListenAddress, from: 2, to: 1, lane);
        FrameWriter writer = new();
        writer.Append(message);
        await socket.SendAsync(writer.Segments());
        if (lane == Lane.Snapshot)
        {
            byte[] body = new byte[sizeof(ulong) + 4];
            BinaryPrimitives.WriteUInt64LittleEndian(body, 4);
            await socket.SendAsync(body);
        }

        bool Taken() => !receiver.Messages.IsEmpty || !receiver.Snapshots.IsEmpty;
        await Eventually.TrueAsync(
            () => Taken() || log.Warnings.Any(line => line.Contains("Closed the peer connection", StringComparison.Ordinal)),
            TcpPair.Limit,
            () => string.Join('|', log.All));
        Assert.Equal(Taken() ? 0 : 1, us.RefusedMessages + (Taken() || lane != Lane.Snapshot || message.Type == MessageType.InstallSnapshot ? 0 : 1));
        return Taken();
    }
}
