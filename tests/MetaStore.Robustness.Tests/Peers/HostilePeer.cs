using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Peers;

/// <summary>A peer that connects with a member's ID: it passes the handshake and sends arbitrary messages.</summary>
internal sealed class HostilePeer(ulong cluster, IReadOnlyDictionary<string, ulong> ids)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads the ids, which any client can request.</summary>
    public static async Task<HostilePeer> OfAsync(ProcessCluster processes)
    {
        using var client = ClusterProbe.ClientOf(processes.Nodes[0]);
        var list = await client.Cluster.MemberListAsync(new MemberListRequest());
        return new HostilePeer(list.Header.ClusterId, list.Members.ToDictionary(member => member.Name, member => member.ID));
    }

    public ulong Cluster => cluster;

    public ulong IdOf(ClusterNode node) => ids[node.Name];

    /// <summary>Sends messages on a lane in the name of another member; sets To and From.</summary>
    /// <param name="from">The member to impersonate.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="lane">The connection's lane.</param>
    /// <param name="tail">Bytes after the last frame.</param>
    /// <param name="messages">The messages.</param>
    /// <returns>Completes when the receiver has closed the connection, or has had time to read.</returns>
    public async Task SendAsync(ClusterNode from, ClusterNode to, Lane lane, byte[] tail, params PeerMessage[] messages)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, to.PeerPort, limit.Token);
        var hello = new PeerHello { Version = 1, ClusterId = cluster, From = IdOf(from), To = IdOf(to), Lane = lane };
        await socket.SendAsync((byte[])[.. "MSPEER\0\u0001"u8, .. Frame(hello)], limit.Token);
        var welcome = new byte[512];
        Assert.NotEqual(0, await socket.ReceiveAsync(welcome, limit.Token));
        try
        {
            foreach (var message in messages)
            {
                message.From = IdOf(from);
                message.To = IdOf(to);
                await socket.SendAsync(Frame(message), limit.Token);
            }

            await socket.SendAsync(tail, limit.Token);
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(welcome, limit.Token) > 0)
            {
                // An acknowledgement, or nothing: the receiver has read everything when it closes.
            }
        }
        catch (SocketException)
        {
            // Closed before everything was read: rejected.
        }
    }

    public static byte[] Frame(IMessage message)
    {
        var body = message.ToByteArray();
        var frame = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        var checksum = uint.MaxValue;
        foreach (var value in body)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), ~checksum);
        body.CopyTo(frame, 8);
        return frame;
    }
}
