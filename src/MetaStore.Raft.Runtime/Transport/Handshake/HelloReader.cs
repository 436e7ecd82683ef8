using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using MetaStore.IO;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Reads preface and hello of an unidentified connection: into a few hundred bytes, and all of it within one deadline.</summary>
/// <param name="socket">Blocking. Its receive timeout is changed.</param>
/// <param name="limit">Deadline for everything together.</param>
/// <param name="time">Clock of the deadline.</param>
internal sealed class HelloReader(Socket socket, TimeSpan limit, TimeProvider time)
{
    private const int OpeningBytes = 8 + FrameFormat.HeaderBytes;

    private readonly long _started = time.GetTimestamp();

    /// <summary>Reads, blocking, and not one byte beyond the hello.</summary>
    /// <returns>Either of the two.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public (PeerHello? Hello, Refusal? Refusal) Read()
    {
        Span<byte> opening = stackalloc byte[OpeningBytes];
        Span<byte> preface = opening[..FrameFormat.Preface.Length];
        if (Fill(preface) is { } early)
        {
            return (null, early);
        }

        if (!preface.SequenceEqual(FrameFormat.Preface))
        {
            return (null, new Refusal(RefusalKind.Protocol, $"it does not speak the peer protocol (it began with \"{Printable(preface)}\")"));
        }

        Span<byte> header = opening[FrameFormat.Preface.Length..];
        if (Fill(header) is { } inHeader)
        {
            return (null, inHeader);
        }

        (uint length, uint checksum) = FrameFormat.ReadHeader(header);
        if (length > FrameFormat.HandshakeBytesMax)
        {
            return (null, Bad($"a frame claims {length} bytes, more than the {FrameFormat.HandshakeBytesMax} allowed"));
        }

        byte[] body = new byte[length];
        if (Fill(body) is { } inBody)
        {
            return (null, inBody);
        }

        return Crc32C.Compute(body) == checksum ? Parse(body) : (null, Bad($"a frame of {length} bytes has a wrong checksum"));
    }

    private static (PeerHello? Hello, Refusal? Refusal) Parse(byte[] body)
    {
        try
        {
            return (PeerHello.Parser.ParseFrom(body), null);
        }
        catch (InvalidProtocolBufferException e)
        {
            return (null, Bad(e.Message));
        }
    }

    private static Refusal Bad(string why) => new(RefusalKind.Protocol, $"bad handshake: {why}");

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7F and not (byte)'"' ? ((char)value).ToString() : $"\\x{value:x2}");
        }

        return text.ToString();
    }

    /// <returns>Null when all bytes are there.</returns>
    private Refusal? Fill(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            TimeSpan left = limit - time.GetElapsedTime(_started);
            if (left <= TimeSpan.Zero)
            {
                return TooLate();
            }

            // Set before each receive: slow single bytes do not extend the deadline.
            socket.ReceiveTimeout = (int)Math.Ceiling(left.TotalMilliseconds);
            int received;
            try
            {
                received = socket.Receive(target);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                return TooLate();
            }

            if (received == 0)
            {
                return new Refusal(RefusalKind.Handshake, "the connection was closed before the end of the handshake");
            }

            target = target[received..];
        }

        return null;
    }

    private Refusal TooLate() => new(RefusalKind.Handshake, $"the handshake was not complete after {limit.TotalSeconds:0.#} s");
}
