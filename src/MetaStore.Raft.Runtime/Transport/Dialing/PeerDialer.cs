using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;

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
        PeerLink link = new(new Socket(SocketType.Stream, ProtocolType.Tcp));
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(options.HandshakeTimeout);
            PeerSocket.Configure(link.Socket, options.StallTimeout);
            (PeerWelcome? welcome, string? error) = await PeerGreeting.SendAsync(
                link, url, Hello(to, lane, number), options.Security, FrameFormat.HandshakeBytesMax, limit.Token);
            return welcome is null ? Fail(link, error!) : Validate(link, url, to, welcome);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Fail(link, $"{url.Authority} did not answer within {options.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is SocketException or PeerLinkException or InvalidProtocolBufferException)
        {
            return Fail(link, $"{url.Authority}: {e.Message}");
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Not predictable, and never 0.</summary>
    private static ulong NewNumber()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }

    private PeerHello Hello(ulong to, Lane lane, ulong number)
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
        bool isProven = options.Security.Secrets is not null || options.Security.Tls is not null;
        if (isProven && options.Members().FirstOrDefault(member => member.Id == options.NodeId) is { } self)
        {
            StatedUrls.State(hello, self.PeerUrls);
        }

        return hello;
    }

    private DialResult Validate(PeerLink link, Uri url, ulong to, PeerWelcome welcome)
    {
        if (welcome.Outcome == HelloOutcome.HelloAccepted)
        {
            return new DialResult(link, HelloOutcome.HelloAccepted, null)
            {
                SnapshotFiles = welcome.SnapshotFiles,
                AnswersProbes = welcome.AnswersProbes,
                ConfirmsDials = welcome.ConfirmsDials,
                KnowsUsers = welcome.KnowsUsers,
                KnowsLeaseEpochs = welcome.KnowsLeaseEpochs,
                Acknowledged = new AcknowledgedIndex(welcome.Term, welcome.Acknowledged),
            };
        }

        if (welcome.Outcome == HelloOutcome.HelloRemoved && (welcome.ClusterId != options.ClusterId || welcome.NodeId != to))
        {
            return Fail(link, $"{url.Authority} refused the connection as another than member {to:x16}");
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
            HelloOutcome.HelloUnproven => "it demands proof of the peer secret, and this member has none",
            _ => "it gave no reason",
        };
        return Fail(link, $"{url.Authority} refused the connection: {why}") with { Refusal = welcome.Outcome };
    }

    private static DialResult Fail(PeerLink link, string error)
    {
        link.Dispose();
        return new DialResult(null, HelloOutcome.HelloUnspecified, error);
    }
}
