using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using MetaStore.Server.Listening;
using MetaStore.Server.Tests.Calls.Echoing;

namespace MetaStore.Server.Tests.Listening;

/// <summary>HTTP/2 pings: which are acknowledged, and how a client that pings too often is disconnected.</summary>
public sealed class PingEnforcementTests
{
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const int EnhanceYourCalm = 0xB;

    [Fact]
    public async Task Client_WithoutCalls_GetsGoAway_WithTheTextThatClientsKnow()
    {
        await using var server = new Server(TimeSpan.FromMinutes(5));
        using var client = await server.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            client.Send(Ping, new byte[8]);
            Assert.Equal(Ping, client.Next(Ping, GoAway).Type);
        }

        client.Send(Ping, new byte[8]);
        var (_, body) = client.Next(GoAway);
        Assert.Equal(EnhanceYourCalm, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(4)));
        Assert.Equal("too_many_pings", Encoding.ASCII.GetString(body.AsSpan(8)));
        Assert.True(client.IsClosed());
    }

    [Fact]
    public async Task Client_WithACall_MayPingAtItsPace()
    {
        await using var server = new Server(TimeSpan.FromTicks(1));
        using var client = await server.ConnectAsync();
        client.OpenCall();
        for (var i = 0; i < 50; i++)
        {
            client.Send(Ping, new byte[8]);
            Assert.Equal(Ping, client.Next(Ping, GoAway).Type);
        }
    }

    [Fact]
    public async Task Client_WithACall_PingsTooOften_GoAwayHasTheLastCall()
    {
        await using var server = new Server(TimeSpan.FromMinutes(5));
        using var client = await server.ConnectAsync();
        client.OpenCall();
        for (var i = 0; i < 20; i++)
        {
            client.Send(Ping, new byte[8]);
        }

        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(client.Next(GoAway).Body));
        Assert.True(client.IsClosed());
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly EchoServer _echo;

        public Server(TimeSpan minTime) => _echo = new EchoServer(new ListenerOptions { ClientPingMinTime = minTime });

        public async Task<Client> ConnectAsync()
        {
            await _echo.InitializeAsync();
            return new Client(_echo.EndPoint.Port);
        }

        public async ValueTask DisposeAsync() => await _echo.DisposeAsync();
    }

    private sealed class Client : IDisposable
    {
        private readonly TcpClient _tcp;
        private readonly NetworkStream _stream;

        public Client(int port)
        {
            _tcp = new TcpClient("127.0.0.1", port) { NoDelay = true };
            _stream = _tcp.GetStream();
            _stream.ReadTimeout = 10_000;
            _stream.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
            Send(Settings, []);

            // The server's own ping and its acknowledgement: a frame sent by the server after a ping would reset the count.
            Next(Settings);
            Next(Settings);
        }

        public void Dispose() => _tcp.Dispose();

        public void Send(byte type, byte[] body, byte flags = 0, int stream = 0)
        {
            var frame = new byte[9 + body.Length];
            frame[1] = (byte)(body.Length >> 8);
            frame[2] = (byte)body.Length;
            frame[3] = type;
            frame[4] = flags;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
            body.CopyTo(frame, 9);
            _stream.Write(frame);
        }

        /// <summary>A call that stays open; returns when the server has responded.</summary>
        public void OpenCall()
        {
            const byte endHeaders = 4;
            Send(Headers, [.. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", "/metastore.test.Echo/Duplex"), .. Field(":authority", "x"),
                .. Field("content-type", "application/grpc"), .. Field("te", "trailers")], endHeaders, stream: 1);
            Send(0, new byte[5], stream: 1);
            Next(0);
        }

        /// <summary>The next frame of one of these types; skips others without acknowledging their data.</summary>
        public (byte Type, byte[] Body) Next(params byte[] types)
        {
            while (true)
            {
                var header = new byte[9];
                _stream.ReadExactly(header);
                var body = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
                _stream.ReadExactly(body);
                if (types.Contains(header[3]))
                {
                    return (header[3], body);
                }
            }
        }

        public bool IsClosed()
        {
            try
            {
                while (_stream.ReadByte() >= 0)
                {
                    // Frames in transit.
                }

                return true;
            }
            catch (IOException closed) when (closed.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                return true;
            }
        }

        private static byte[] Field(string name, string value) =>
            [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
    }
}
