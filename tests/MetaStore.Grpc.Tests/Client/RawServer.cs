using System.Net;
using System.Net.Sockets;

namespace MetaStore.Grpc.Tests.Client;

/// <summary>A server that speaks just enough HTTP/2 to fail in the middle of a call. Each connection carries one call, on stream 1.</summary>
internal sealed class RawServer : IDisposable
{
    private const int PrefaceBytes = 24;
    private const int FrameHeaderBytes = 9;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte GoAway = 7;

    /// <summary>":status: 200" and "content-type: application/grpc", in HPACK without any table.</summary>
    private static readonly byte[] OkHeaders = [0x88, 0x0f, 0x10, 0x10, .. "application/grpc"u8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawServer() => _listener.Start();

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public void Dispose() => _listener.Dispose();

    /// <summary>Accepts a connection and lets a call begin.</summary>
    public async Task<Socket> AcceptCallAsync()
    {
        var connection = await _listener.AcceptSocketAsync();
        connection.LingerState = new LingerOption(enable: true, seconds: 0);
        await connection.SendAsync(Frame(Settings, 0, 0));
        var buffer = new byte[4096];
        var seen = 0;
        while (!ContainsHeaders(buffer.AsSpan(0, seen)))
        {
            var received = await connection.ReceiveAsync(buffer.AsMemory(seen));
            Assert.NotEqual(0, received);
            seen += received;
        }

        await connection.SendAsync(Frame(Settings, 1, 0));
        return connection;
    }

    /// <summary>Begins an answer to the call.</summary>
    public static async Task SendHeadersAsync(Socket connection) => await connection.SendAsync(Frame(Headers, 4, 1, OkHeaders));

    /// <summary>Says that calls up to a stream are taken on, later ones never were, and that the connection will be closed.</summary>
    public static async Task SendGoAwayAsync(Socket connection, byte lastStream, byte error) =>
        await connection.SendAsync(Frame(GoAway, 0, 0, 0, 0, 0, lastStream, 0, 0, 0, error));

    /// <summary>Resets the call.</summary>
    public static async Task SendResetAsync(Socket connection, byte error) => await connection.SendAsync(Frame(Reset, 0, 1, 0, 0, 0, error));

    private static byte[] Frame(byte type, byte flags, byte stream, params byte[] payload) =>
        [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    /// <summary>Whether a HEADERS frame is among the whole frames behind the preface.</summary>
    private static bool ContainsHeaders(ReadOnlySpan<byte> bytes)
    {
        for (var at = PrefaceBytes; at + FrameHeaderBytes <= bytes.Length;)
        {
            if (bytes[at + 3] == Headers)
            {
                return true;
            }

            at += FrameHeaderBytes + (bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]);
        }

        return false;
    }
}
