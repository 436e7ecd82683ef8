using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf;
using MetaStore.IO;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Connects to a peer and introduces this node. Thread-safe.</summary>
internal sealed class PeerDialer(TcpPeerTransportOptions options)
{
    /// <summary>The numbers of the hellos that wait for an answer, and their receivers.</summary>
    private readonly ConcurrentDictionary<ulong, ulong> _dialling = new();

    /// <summary>Connects for one lane.</summary>
    public async Task<DialResult> DialAsync(ulong to, Uri url, Lane lane, CancellationToken stop)
    {
        ulong number = NewNumber();
        _dialling[number] = to;
        try
        {
            return await DialAsync(to, url, lane, number, stop);
        }
        finally
        {
            _dialling.TryRemove(number, out _);
        }
    }

    /// <summary>Asks a peer whether it is dialling this node with a number: accepted means yes.</summary>
    public Task<DialResult> AskAsync(ulong peer, Uri url, ulong number, CancellationToken stop) => DialAsync(peer, url, Lane.Confirm, number, stop);

    /// <summary>True while a hello with that number, for that member, waits for its answer.</summary>
    public bool IsDialling(ulong to, ulong number) => _dialling.TryGetValue(number, out ulong member) && member == to;

    private async Task<DialResult> DialAsync(ulong to, Uri url, Lane lane, ulong number, CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(options.HandshakeTimeout);
            PeerSocket.Configure(socket, options.StallTimeout);
            await socket.ConnectAsync(url.IdnHost, url.Port, limit.Token);
            await SendAllAsync(socket, Introduction(to, lane, number), limit.Token);
            byte[]? answer = await ReadFrameAsync(socket, limit.Token);
            return answer is null ? Fail(socket, $"{url.Authority} closed the connection during the handshake") : Validate(socket, url, to, answer);
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
    /// <returns>Its body; null when the peer closed, or sent an invalid frame.</returns>
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

    /// <summary>Not predictable, and never 0.</summary>
    private static ulong NewNumber()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }

    private byte[] Introduction(ulong to, Lane lane, ulong number)
    {
        PeerHello hello = new()
        {
            Version = FrameFormat.Version,
            ClusterId = options.ClusterId,
            From = options.NodeId,
            To = to,
            Lane = lane,
            Dial = number,
        };
        return [.. FrameFormat.Preface, .. FrameFormat.Wrap(hello.ToByteArray())];
    }

    private DialResult Validate(Socket socket, Uri url, ulong to, byte[] answer)
    {
        PeerWelcome welcome = PeerWelcome.Parser.ParseFrom(answer);
        if (welcome.Outcome == HelloOutcome.HelloAccepted)
        {
            return new DialResult(socket, HelloOutcome.HelloAccepted, null)
            {
                SnapshotFiles = welcome.SnapshotFiles,
                AnswersProbes = welcome.AnswersProbes,
                ConfirmsDials = welcome.ConfirmsDials,
                KnowsUsers = welcome.KnowsUsers,
                Acknowledged = new AcknowledgedIndex(welcome.Term, welcome.Acknowledged),
            };
        }

        if (welcome.Outcome == HelloOutcome.HelloRemoved && (welcome.ClusterId != options.ClusterId || welcome.NodeId != to))
        {
            return Fail(socket, $"{url.Authority} refused the connection as another than member {to:x16}");
        }

        string why = welcome.Outcome switch
        {
            HelloOutcome.HelloWrongCluster => $"it belongs to cluster {welcome.ClusterId:x16}, this node to {options.ClusterId:x16}",
            HelloOutcome.HelloWrongNode => $"it is member {welcome.NodeId:x16}, not {to:x16}",
            HelloOutcome.HelloWrongVersion => $"it speaks peer protocol {welcome.Version}, this node {FrameFormat.Version}",
            HelloOutcome.HelloRemoved => "it says that this member was removed from the cluster",
            HelloOutcome.HelloBusy => "another connection of this member is still open there",
            HelloOutcome.HelloUnknown => "it does not know this member yet",
            HelloOutcome.HelloNotDialled => "the member at this member's address answered that it is not dialling",
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
