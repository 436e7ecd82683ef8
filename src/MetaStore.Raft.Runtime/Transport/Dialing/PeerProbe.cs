using System.Buffers.Binary;
using System.Diagnostics;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Handshake;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Measures the round-trip time of a frame to a peer periodically, on a connection of its own.</summary>
/// <remarks>
/// Its own connection, because the other lanes are one-way and bulk data must not affect the measurement. A peer that did not announce
/// that it
/// answers probes is not probed; a timeout gives no measurement, since the other lanes report the failure then.
/// </remarks>
internal sealed class PeerProbe(OutboundPeer peer, PeerDialer dialer, TcpPeerTransportOptions options)
{
    private PeerLink? _link;
    private ulong _number;
    private int _attempt;

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.ProbeInterval, stop);
                if (peer.AnswersProbes && await MeasureAsync(stop) is { } roundTrip)
                {
                    options.OnRoundTrip(peer.Node, roundTrip);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The peer was removed, or this node stops.
        }
        finally
        {
            _link?.Dispose();
        }
    }

    /// <returns>Null when there was no connection or no answer; the next probe dials again.</returns>
    private async Task<TimeSpan?> MeasureAsync(CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.HandshakeTimeout);
        try
        {
            _link ??= (await dialer.DialAsync(peer.Node, peer.UrlFor(_attempt), Lane.Probe, limit.Token)).Link;
            if (_link is null)
            {
                _attempt++;
                return null;
            }

            byte[] body = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(body, ++_number);
            long sentAt = Stopwatch.GetTimestamp();
            await _link.SendAllAsync(FrameFormat.Wrap(body), limit.Token);
            byte[]? back = await HandshakeFrame.ReadAsync(_link, limit.Token);
            TimeSpan roundTrip = Stopwatch.GetElapsedTime(sentAt);
            if (back is not null && back.AsSpan().SequenceEqual(body))
            {
                return roundTrip;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // Down, too slow, or an invalid address: the other lanes see the same and log it. A late answer must not be taken for the
            // next one.
        }

        _attempt++;
        _link?.Dispose();
        _link = null;
        return null;
    }
}
