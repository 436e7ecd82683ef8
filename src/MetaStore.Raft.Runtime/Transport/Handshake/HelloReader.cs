using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using MetaStore.IO;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Runtime.Transport.Framing;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Handshake;

/// <summary>Reads preface and hello of an unidentified connection: into a few hundred bytes, and all of it within one deadline.</summary>
/// <param name="link">The connection. The receive timeout of its socket is changed.</param>
/// <param name="deadline">For everything together.</param>
internal sealed class HelloReader(PeerLink link, HandshakeDeadline deadline)
{
    /// <summary>First byte of a TLS connection (RFC 8446, section 5.1).</summary>
    public const byte TlsHandshake = 0x16;

    /// <summary>Reads, blocking, and not one byte beyond the hello.</summary>
    /// <returns>Either of the two.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public (PeerHello? Hello, Refusal? Refusal) Read()
    {
        Span<byte> preface = stackalloc byte[FrameFormat.Preface.Length];
        if (Fill(preface) is { } early)
        {
            return (null, early);
        }

        if (!preface.SequenceEqual(FrameFormat.Preface))
        {
            return (null, preface[0] == TlsHandshake && link.Tls is null
                ? new Refusal(RefusalKind.Tls, "it begins with TLS, and listen-peer-urls of this member is http")
                : new Refusal(RefusalKind.Protocol, $"it does not speak the peer protocol (it began with \"{Printable(preface)}\")"));
        }

        return ReadMessage(PeerHello.Parser, FrameFormat.HandshakeBytesMax);
    }

    /// <summary>Reads one message, blocking, and not one byte beyond it.</summary>
    /// <param name="parser">Of its type.</param>
    /// <param name="bytesMax">Longest body.</param>
    /// <returns>Either of the two.</returns>
    public (T? Message, Refusal? Refusal) ReadMessage<T>(MessageParser<T> parser, int bytesMax)
        where T : class, IMessage<T>
    {
        Span<byte> header = stackalloc byte[FrameFormat.HeaderBytes];
        if (Fill(header) is { } inHeader)
        {
            return (null, inHeader);
        }

        (uint length, uint checksum) = FrameFormat.ReadHeader(header);
        if (length > bytesMax)
        {
            return (null, Bad($"a frame claims {length} bytes, more than the {bytesMax} allowed"));
        }

        byte[] body = new byte[length];
        if (Fill(body) is { } inBody)
        {
            return (null, inBody);
        }

        if (Crc32C.Compute(body) != checksum)
        {
            return (null, Bad($"a frame of {length} bytes has a wrong checksum"));
        }

        try
        {
            return (parser.ParseFrom(body), null);
        }
        catch (InvalidProtocolBufferException e)
        {
            return (null, Bad(e.Message));
        }
    }

    /// <summary>The refusal of a handshake whose time is over.</summary>
    public static Refusal TooLate(HandshakeDeadline deadline) =>
        new(RefusalKind.Handshake, $"the handshake was not complete after {deadline.Limit.TotalSeconds:0.#} s");

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
            int received;
            try
            {
                deadline.Arm(link.Socket);
                received = link.Receive(target);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                return TooLate(deadline);
            }

            if (received == 0)
            {
                return new Refusal(RefusalKind.Handshake, "the connection was closed before the end of the handshake");
            }

            target = target[received..];
        }

        return null;
    }
}
