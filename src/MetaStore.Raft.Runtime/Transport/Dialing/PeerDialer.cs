using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Peer;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Connects to a peer and introduces this node. Thread-safe.</summary>
internal sealed class PeerDialer(TcpPeerTransportOptions options)
{
    public async Task<DialResult> DialAsync(ulong to, Uri url, Lane lane, CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(options.HandshakeTimeout);
            PeerSocket.Configure(socket, options.StallTimeout);
            await socket.ConnectAsync(url.IdnHost, url.Port, limit.Token);
            await SendAllAsync(socket, Introduction(to, lane), limit.Token);
            byte[]? answer = await ReadFrameAsync(socket, limit.Token);
            return answer is null ? Fail(socket, $"{url.Authority} closed the connection during the handshake") : Judge(socket, url, to, answer);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Fail(socket, $"{url.Authority} did not answer within {options.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is SocketException or InvalidProtocolBufferException)
        {
            return Fail(socket, $"{url.Authority}: {e.Message}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends every byte.</summary>
    public static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, stop)..];
        }
    }

    /// <summary>Reads one frame of a handshake.</summary>
    public static ValueTask<byte[]?> ReadFrameAsync(Socket socket, CancellationToken stop) => ReadFrameAsync(socket, FrameFormat.HandshakeBytesMax, stop);

    /// <summary>Reads one small frame.</summary>
    /// <returns>Its body; null when the peer closed, or sent what is no frame.</returns>
    public static async ValueTask<byte[]?> ReadFrameAsync(Socket socket, int bytesMax, CancellationToken stop)
    {
        byte[] header = new byte[FrameFormat.HeaderBytes];
        if (!await ReadAllAsync(socket, header, stop))
        {
            return null;
        }

        (uint length, uint checksum) = FrameFormat.ReadHeader(header);
        if (length > bytesMax)
        {
            return null;
        }

        byte[] body = new byte[length];
        return await ReadAllAsync(socket, body, stop) && Crc32C.Compute(body) == checksum ? body : null;
    }

    private static async ValueTask<bool> ReadAllAsync(Socket socket, Memory<byte> target, CancellationToken stop)
    {
        while (!target.IsEmpty)
        {
            int received = await socket.ReceiveAsync(target, SocketFlags.None, stop);
            if (received == 0)
            {
                return false;
            }

            target = target[received..];
        }

        return true;
    }

    private byte[] Introduction(ulong to, Lane lane)
    {
        PeerHello hello = new()
        {
            Version = FrameFormat.Version,
            ClusterId = options.ClusterId,
            From = options.NodeId,
            To = to,
            Lane = lane,
        };
        return [.. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())];
    }

    private DialResult Judge(Socket socket, Uri url, ulong to, byte[] answer)
    {
        PeerWelcome welcome = PeerWelcome.Parser.ParseFrom(answer);
        if (welcome.Outcome == HelloOutcome.HelloAccepted)
        {
            return new DialResult(socket, HelloOutcome.HelloAccepted, null) { SnapshotFiles = welcome.SnapshotFiles, AnswersProbes = welcome.AnswersProbes };
        }

        string why = welcome.Outcome switch
        {
            HelloOutcome.HelloWrongCluster => $"it belongs to cluster {welcome.ClusterId:x16}, this node to {options.ClusterId:x16}",
            HelloOutcome.HelloWrongNode => $"it is member {welcome.NodeId:x16}, not {to:x16}",
            HelloOutcome.HelloWrongVersion => $"it speaks peer protocol {welcome.Version}, this node {FrameFormat.Version}",
            HelloOutcome.HelloRemoved => "it says that this member was removed from the cluster",
            HelloOutcome.HelloBusy => "it is receiving another snapshot",
            _ => "it gave no reason",
        };
        return Fail(socket, $"{url.Authority} refused the connection: {why}") with { Refusal = welcome.Outcome };
    }

    private static DialResult Fail(Socket socket, string error)
    {
        socket.Dispose();
        return new DialResult(null, HelloOutcome.HelloUnspecified, error);
    }
}
