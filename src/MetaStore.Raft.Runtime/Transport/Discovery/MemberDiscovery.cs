using System.Net.Sockets;
using Google.Protobuf;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Discovery;

/// <summary>Queries a member of a cluster for the cluster's id and members: how a joining node learns its own id.</summary>
public static class MemberDiscovery
{
    /// <summary>Queries one peer address.</summary>
    /// <param name="url">A member's peer URL.</param>
    /// <param name="security">What this node proves, and how it verifies the member.</param>
    /// <param name="timeout">Limit for connecting and for the answer.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The answer, as of one moment and seen by that member; or, without one, the reason.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> fired.</exception>
    public static async Task<(ClusterInfo? Answer, string? Error)> AskAsync(Uri url, PeerSecurity security, TimeSpan timeout, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        using PeerLink link = new(new Socket(SocketType.Stream, ProtocolType.Tcp));
        try
        {
            PeerSocket.Configure(link.Socket, timeout);
            PeerHello hello = new() { Version = FrameFormat.Version, Lane = Lane.Members };
            (PeerWelcome? welcome, string? error) = await PeerGreeting.SendAsync(link, url, hello, security, FrameFormat.MemberListBytesMax, limit.Token);
            return welcome is null ? (null, error) : Validate(url, welcome);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, $"{url.Authority} did not answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is SocketException or PeerLinkException or InvalidProtocolBufferException)
        {
            return (null, $"{url.Authority}: {e.Message}");
        }
    }

    private static (ClusterInfo? Answer, string? Error) Validate(Uri url, PeerWelcome welcome) => welcome switch
    {
        { Outcome: HelloOutcome.HelloUnproven } => (null, $"{url.Authority} demands proof of the peer secret, and this node has none"),
        { Outcome: not HelloOutcome.HelloAccepted } => (null, $"{url.Authority} refused to name its members: {welcome.Outcome}"),
        { ClusterId: 0 } => (null, $"{url.Authority} named no cluster"),
        _ => (new ClusterInfo(welcome.ClusterId, [.. welcome.Members.Select(ToMember)]), null),
    };

    private static ClusterMember ToMember(PeerMember member) => new(member.Id, member.Name, [.. member.PeerUrls], member.IsLearner);
}
