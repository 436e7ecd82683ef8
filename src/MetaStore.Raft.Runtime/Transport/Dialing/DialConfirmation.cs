using System.Collections.Concurrent;
using MetaStore.Protocol.Peer;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Asks a member whether it is dialling this one with the number from a hello in its name. Thread-safe.</summary>
/// <remarks>
/// Every peer can send any member's id, but a request to the member's own address reaches only that member. So while a member is up, no
/// other host can take its place without reading or changing packets on the network. The same idea as XMPP's dialback (XEP-0220).
/// </remarks>
internal sealed class DialConfirmation(PeerDialer dialer, TcpPeerTransportOptions options)
{
    /// <summary>Concurrent requests to one member; further ones are refused, and their senders dial again.</summary>
    private const int AtOnceMax = 8;

    private readonly ConcurrentDictionary<ulong, int> _asking = new();

    /// <summary>Sends the request to each of the member's addresses until one answers.</summary>
    /// <param name="peer">The member.</param>
    /// <param name="number">From the hello; 0 when it has none.</param>
    /// <param name="stop">This node stops.</param>
    public async Task<Confirmation> AskAsync(OutboundPeer peer, ulong number, CancellationToken stop)
    {
        if (number == 0)
        {
            // The peer's version sends no numbers, unless the member itself has said on an established connection that it does.
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
        int addresses = peer.AddressCount;
        for (int i = 0; i < addresses; i++)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(options.ConfirmTimeout / addresses);
            try
            {
                DialResult answer = await dialer.AskAsync(peer.Node, peer.UrlFor(i), number, limit.Token);
                if (answer.Link is { } link)
                {
                    link.Dispose();
                    return Confirmation.Confirmed;
                }

                if (answer.Refusal == HelloOutcome.HelloNotDialled)
                {
                    return Confirmation.Denied;
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // A timeout is no answer; the next address may give one.
            }
        }

        return Confirmation.NoAnswer;
    }
}
