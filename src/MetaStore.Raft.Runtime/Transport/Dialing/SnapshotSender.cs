using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Streams one snapshot to one peer on a connection of its own, with one buffer of memory.</summary>
internal sealed class SnapshotSender(PeerDialer dialer, TcpPeerTransportOptions options)
{
    private const int ChunkBytes = 256 << 10;

    /// <returns>Null when the peer has confirmed that it holds the snapshot; otherwise the reason why not.</returns>
    public async Task<string?> SendAsync(OutboundPeer peer, Message install, Stream body, long length, CancellationToken stop)
    {
        DialResult dialled = await DialAsync(peer, stop);
        if (dialled.Link is not { } link)
        {
            return dialled.Error;
        }

        // If the peer's format has changed since the snapshot was chosen, it refuses this one, and the next is chosen by the new format.
        peer.OnWelcome(dialled);

        using (link)
        using (CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(stop))
        {
            try
            {
                stall.CancelAfter(options.SnapshotStallTimeout);
                await link.SendAllAsync(Announcement(install, length), stall.Token);
                await CopyAsync(link, body, length, peer.Traffic, stall);
                return await ReceiptAsync(link, stall);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return $"nothing moved for {options.SnapshotStallTimeout.TotalSeconds:0} s";
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidProtocolBufferException)
            {
                return e.Message;
            }
        }
    }

    /// <summary>Connects to the first of the peer's addresses that answers.</summary>
    private async Task<DialResult> DialAsync(OutboundPeer peer, CancellationToken stop)
    {
        for (int attempt = 0; ; attempt++)
        {
            DialResult dialled = await dialer.DialAsync(peer.Node, peer.UrlFor(attempt), Lane.Snapshot, stop);
            if (dialled.Link is not null || attempt + 1 >= peer.AddressCount)
            {
                return dialled;
            }
        }
    }

    private async Task CopyAsync(PeerLink link, Stream body, long length, PeerTraffic traffic, CancellationTokenSource stall)
    {
        byte[] chunk = new byte[ChunkBytes];
        for (long left = length; left > 0;)
        {
            int read = await body.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, left)), stall.Token);
            if (read == 0)
            {
                throw new EndOfStreamException($"the snapshot file ends {left} bytes early");
            }

            await link.SendAllAsync(chunk.AsMemory(0, read), stall.Token);
            traffic.Sent(read, 0);
            left -= read;
            stall.CancelAfter(options.SnapshotStallTimeout);
        }
    }

    private async Task<string?> ReceiptAsync(PeerLink link, CancellationTokenSource stall)
    {
        // The receiver needs time to verify and sync.
        stall.CancelAfter(options.SnapshotStallTimeout * 4);
        byte[]? answer = await HandshakeFrame.ReadAsync(link, stall.Token);
        if (answer is null)
        {
            return "the peer closed the connection without a receipt";
        }

        SnapshotReceipt receipt = SnapshotReceipt.Parser.ParseFrom(answer);
        return receipt.Delivered ? null : $"the peer did not take it: {receipt.Detail}";
    }

    private static byte[] Announcement(Message install, long length)
    {
        FrameWriter frames = new();
        frames.Append(install);
        byte[] prefix = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)length);
        return [.. frames.Segments().SelectMany(segment => segment), .. prefix];
    }
}
