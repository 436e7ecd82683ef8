using System.Net.Sockets;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Dialing;

/// <summary>Writes frames to a TLS stream: small pieces together, since each write is at least one record. One write at a time.</summary>
/// <param name="tls">The stream.</param>
/// <param name="written">Called when a write that did not end at once has ended.</param>
internal sealed class TlsLaneWriter(Stream tls, Action written)
{
    private const int GatheredBytes = 64 << 10;

    /// <summary>A larger piece is written by itself, without a copy: the longest record of TLS.</summary>
    private const int PieceBytesMin = 16 << 10;

    private readonly byte[] _gathered = new byte[GatheredBytes];
    private Task _writing = Task.CompletedTask;

    /// <summary>True when a write failed: the connection is of no more use.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Begins to write.</summary>
    /// <param name="pieces">Must not change before the write has ended.</param>
    /// <returns>True when it has ended; else the callback is called.</returns>
    public bool TryWrite(IReadOnlyList<ArraySegment<byte>> pieces)
    {
        _writing = WriteAsync(pieces);
        if (_writing.IsCompleted)
        {
            End();
            return true;
        }

        _writing.GetAwaiter().OnCompleted(Continue);
        return false;
    }

    private void Continue()
    {
        End();
        written();
    }

    private void End()
    {
        try
        {
            _writing.GetAwaiter().GetResult();
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException || PeerLink.IsOfTls(broken))
        {
            // The reading side of the lane notices and logs the end of the connection.
            IsBroken = true;
        }
    }

    private async Task WriteAsync(IReadOnlyList<ArraySegment<byte>> pieces)
    {
        int filled = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            ArraySegment<byte> piece = pieces[i];
            bool isLarge = piece.Count >= PieceBytesMin;
            if (filled > 0 && (isLarge || piece.Count > GatheredBytes - filled))
            {
                await tls.WriteAsync(_gathered.AsMemory(0, filled));
                filled = 0;
            }

            if (isLarge)
            {
                await tls.WriteAsync(piece);
            }
            else
            {
                piece.AsSpan().CopyTo(_gathered.AsSpan(filled));
                filled += piece.Count;
            }
        }

        if (filled > 0)
        {
            await tls.WriteAsync(_gathered.AsMemory(0, filled));
        }
    }
}
