using System.Net.Sockets;
using System.Text;

namespace MetaStore.Server.Observability.Outputs;

/// <summary>systemd's journal through its native protocol: a datagram for each line, so that priorities are kept.</summary>
/// <remarks>Source: systemd, Native Journal Protocol.</remarks>
internal sealed class JournalOutput : LogOutput
{
    /// <summary>Path of the journal's socket.</summary>
    public const string Socket = "/run/systemd/journal/socket";

    private const int Information = 6;

    /// <summary>Level in a line, and its syslog priority.</summary>
    private static readonly (byte[] Text, int Priority)[] Priorities =
    [
        ("\"level\":\"debug\""u8.ToArray(), 7), ("\"level\":\"warn\""u8.ToArray(), 4), ("\"level\":\"error\""u8.ToArray(), 3),
        ("\"level\":\"panic\""u8.ToArray(), 2), ("\"level\":\"fatal\""u8.ToArray(), 0),
    ];

    private readonly System.Net.Sockets.Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    /// <param name="path">The journal's socket.</param>
    /// <exception cref="SocketException">No process listens there.</exception>
    public JournalOutput(string path)
    {
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ReadOnlySpan<byte> line = buffer.TrimEnd((byte)'\n');
        using var message = new MemoryStream();
        message.Write(Encoding.ASCII.GetBytes($"PRIORITY={PriorityOf(line)}\nSYSLOG_IDENTIFIER=metastore\nMESSAGE\n"));

        // Length and bytes: a message may contain line breaks.
        Span<byte> length = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)line.Length);
        message.Write(length);
        message.Write(line);
        message.WriteByte((byte)'\n');
        try
        {
            _socket.Send(message.GetBuffer().AsSpan(0, (int)message.Length));
        }
        catch (SocketException lost)
        {
            throw new IOException(lost.Message, lost);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _socket.Dispose();
        base.Dispose(disposing);
    }

    private static int PriorityOf(ReadOnlySpan<byte> line)
    {
        foreach ((byte[] text, int priority) in Priorities)
        {
            if (line.IndexOf(text) >= 0)
            {
                return priority;
            }
        }

        return Information;
    }
}
