using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetaStore.Client.Tests.Hostile;

/// <summary>A server with a minimal HTTP/2 implementation that can fail in the middle of a call. Each connection has one call, on stream 1.</summary>
internal sealed class RawServer : IDisposable
{
    private const int PrefaceBytes = 24;
    private const int FrameHeaderBytes = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawServer() => _listener.Start();

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public void Dispose() => _listener.Dispose();

    /// <summary>Accepts a connection and sends the server preface. Disposing resets it.</summary>
    public async Task<Socket> AcceptAsync()
    {
        var connection = await _listener.AcceptSocketAsync();
        connection.LingerState = new LingerOption(enable: true, seconds: 0);
        await connection.SendAsync(Frame(Settings, 0, 0));
        return connection;
    }

    /// <summary>Accepts a connection and reads the start of a call, optionally with its first message.</summary>
    public async Task<Socket> AcceptCallAsync(bool withMessage = false)
    {
        var connection = await AcceptAsync();
        var buffer = new byte[4096];
        var seen = 0;
        while (!Contains(withMessage ? Data : Headers, buffer.AsSpan(0, seen)))
        {
            var received = await connection.ReceiveAsync(buffer.AsMemory(seen));
            Assert.NotEqual(0, received);
            seen += received;
        }

        await connection.SendAsync(Frame(Settings, 1, 0));
        return connection;
    }

    /// <summary>Starts a response to the call.</summary>
    public static Task SendHeadersAsync(Socket connection) => SendHeadersAsync(connection, 200, "application/grpc");

    /// <summary>Starts a response with any HTTP status and content type; may end the stream.</summary>
    public static async Task SendHeadersAsync(Socket connection, int status, string contentType, bool isLast = false) => await connection.SendAsync(
        Frame(Headers, (byte)(EndHeaders | (isLast ? EndStream : 0)), 1, [.. Field(":status", $"{status}"), .. Field("content-type", contentType)]));

    /// <summary>Sends data of a response; may end the stream.</summary>
    public static async Task SendDataAsync(Socket connection, byte[] data, bool isLast = false) =>
        await connection.SendAsync(Frame(Data, isLast ? EndStream : (byte)0, 1, data));

    /// <summary>Ends a response.</summary>
    public static async Task SendTrailersAsync(Socket connection, params (string Name, string Value)[] fields) =>
        await connection.SendAsync(Frame(Headers, EndHeaders | EndStream, 1, [.. fields.SelectMany(field => Field(field.Name, field.Value))]));

    /// <summary>Sends GOAWAY: calls up to a stream are processed, later ones were not, and the connection will be closed.</summary>
    public static async Task SendGoAwayAsync(Socket connection, byte lastStream, byte error) =>
        await connection.SendAsync(Frame(GoAway, 0, 0, 0, 0, 0, lastStream, 0, 0, 0, error));

    /// <summary>Resets the call.</summary>
    public static async Task SendResetAsync(Socket connection, byte error) => await connection.SendAsync(Frame(Reset, 0, 1, 0, 0, 0, error));

    /// <summary>A header field in HPACK without indexing.</summary>
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static byte[] Frame(byte type, byte flags, byte stream, params byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    /// <summary>Whether a frame of a type, with content, is among the frames after the preface.</summary>
    private static bool Contains(byte type, ReadOnlySpan<byte> bytes)
    {
        for (var at = PrefaceBytes; at + FrameHeaderBytes <= bytes.Length;)
        {
            var length = bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2];
            if (bytes[at + 3] == type && length > 0)
            {
                return true;
            }

            at += FrameHeaderBytes + length;
        }

        return false;
    }
}
