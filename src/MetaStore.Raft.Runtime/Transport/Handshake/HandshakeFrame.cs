using MetaStore.IO;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Reads the small frames that a dialler is sent: welcomes, proofs, receipts and probes.</summary>
internal static class HandshakeFrame
{
    /// <summary>Reads one of at most <see cref="FrameFormat.HandshakeBytesMax"/> bytes.</summary>
    public static ValueTask<byte[]?> ReadAsync(PeerLink link, CancellationToken cancellationToken) =>
        ReadAsync(link, FrameFormat.HandshakeBytesMax, cancellationToken);

    /// <summary>Reads one, and not one byte beyond it.</summary>
    /// <returns>Its body; null when the peer closed, or sent an invalid frame.</returns>
    public static async ValueTask<byte[]?> ReadAsync(PeerLink link, int bytesMax, CancellationToken cancellationToken)
    {
        byte[] header = new byte[FrameFormat.HeaderBytes];
        if (!await ReadAllAsync(link, header, cancellationToken))
        {
            return null;
        }

        (uint length, uint checksum) = FrameFormat.ReadHeader(header);
        if (length > bytesMax)
        {
            return null;
        }

        byte[] body = new byte[length];
        return await ReadAllAsync(link, body, cancellationToken) && Crc32C.Compute(body) == checksum ? body : null;
    }

    private static async ValueTask<bool> ReadAllAsync(PeerLink link, Memory<byte> target, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            int received = await link.ReceiveAsync(target, cancellationToken);
            if (received == 0)
            {
                return false;
            }

            target = target[received..];
        }

        return true;
    }
}
