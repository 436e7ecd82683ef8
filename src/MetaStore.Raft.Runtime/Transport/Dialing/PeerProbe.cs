using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Measures again and again how long a frame takes to a peer and back, on a connection of its own.</summary>
/// <remarks>
/// Of its own, because the other lanes go one way only and bulk must not lengthen what is measured. A peer that does not say that it sends
/// probes back is never asked; one that does not answer in time gives no measurement, since then the other lanes tell of the trouble.
/// </remarks>
internal sealed class PeerProbe(OutboundPeer peer, PeerDialer dialer, TcpPeerTransportOptions options)
{
    private Socket? _socket;
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
            _socket?.Dispose();
        }
    }

    /// <returns>Null when there was no connection or no answer; the next probe dials anew.</returns>
    private async Task<TimeSpan?> MeasureAsync(CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(options.HandshakeTimeout);
        try
        {
            _socket ??= (await dialer.DialAsync(peer.Node, peer.UrlFor(_attempt), Lane.Probe, limit.Token)).Socket;
            if (_socket is null)
            {
                _attempt++;
                return null;
            }

            byte[] body = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(body, ++_number);
            long sentAt = Stopwatch.GetTimestamp();
            await PeerDialer.SendAllAsync(_socket, FrameFormat.Wrap(body), limit.Token);
            byte[]? back = await PeerDialer.ReadFrameAsync(_socket, limit.Token);
            TimeSpan roundTrip = Stopwatch.GetElapsedTime(sentAt);
            if (back is not null && back.AsSpan().SequenceEqual(body))
            {
                return roundTrip;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // Nobody there, too slow, an address that cannot be used: the other lanes meet the same and log it. An answer that comes late must
            // not be taken for the next one.
        }

        _attempt++;
        _socket?.Dispose();
        _socket = null;
        return null;
    }
}
