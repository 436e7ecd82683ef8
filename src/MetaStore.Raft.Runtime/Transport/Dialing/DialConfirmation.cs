using System.Collections.Concurrent;
using MetaStore.Protocol.Peer;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Asks a member whether it is dialling this one with the number that a hello in its name bears. Thread-safe.</summary>
/// <remarks>
/// Every peer knows an id; what arrives at the member's own address is seen only by it and by those on the path. So while a member is
/// there, no other can take its place without reading or changing packets on the network. The same idea as XMPP's dialback (XEP-0220).
/// </remarks>
internal sealed class DialConfirmation(PeerDialer dialer, TcpPeerTransportOptions options)
{
    /// <summary>Questions to one member at once; what comes beyond is refused and dials again.</summary>
    private const int AtOnceMax = 8;

    private readonly ConcurrentDictionary<ulong, int> _asking = new();

    /// <summary>Asks, at each of the member's addresses until one answers.</summary>
    /// <param name="peer">The member.</param>
    /// <param name="number">Out of the hello; 0 when it bears none.</param>
    /// <param name="stop">This node stops.</param>
    public async Task<Confirmation> AskAsync(OutboundPeer peer, ulong number, CancellationToken stop)
    {
        if (number == 0)
        {
            // A version that numbers nothing, unless the member itself has said on a connection that is up that it does.
            return peer.ConfirmsDials && peer.Status.IsActive ? Confirmation.Denied : Confirmation.NoAnswer;
        }

        if (_asking.AddOrUpdate(peer.Node, 1, (_, count) => count + 1) > AtOnceMax)
        {
            _asking.AddOrUpdate(peer.Node, 0, (_, count) => count - 1);
            return Confirmation.TooMany;
        }

        try
        {
            return await AskAllAsync(peer, number, stop);
        }
        finally
        {
            _asking.AddOrUpdate(peer.Node, 0, (_, count) => count - 1);
        }
    }

    private async Task<Confirmation> AskAllAsync(OutboundPeer peer, ulong number, CancellationToken stop)
    {
        int addresses = peer.Urls.Count;
        for (int i = 0; i < addresses; i++)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(options.ConfirmTimeout / addresses);
            try
            {
                DialResult answer = await dialer.AskAsync(peer.Node, peer.UrlFor(i), number, limit.Token);
                if (answer.Socket is { } socket)
                {
                    socket.Dispose();
                    return Confirmation.Confirmed;
                }

                if (answer.Refusal == HelloOutcome.HelloNotDialled)
                {
                    return Confirmation.Denied;
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // No answer in time is no answer; the next address may give one.
            }
        }

        return Confirmation.NoAnswer;
    }
}
