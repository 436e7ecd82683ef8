using System.Net;
using System.Net.Sockets;
using MetaStore.Grpc.Client;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Client;

/// <summary>A server that dies before it has answered. Watches and retries go by the code: it must never look as if somebody had cancelled.</summary>
public sealed class BrokenConnectionTests : IDisposable
{
    private static readonly byte[] EmptySettings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public BrokenConnectionTests() => _listener.Start();

    private Uri Address => new($"http://{_listener.LocalEndpoint}");

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Duplex_ConnectionBreaksBeforeTheHeaders_IsUnavailable()
    {
        for (var round = 0; round < 20; round++)
        {
            using var channel = new GrpcChannel(Address);
            await using var call = channel.OpenStream(EchoMethods.Duplex);
            await DieBehindTheRequestAsync();
            var failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync());
            Assert.True(failure.StatusCode == StatusCode.Unavailable, failure.ToString());
        }
    }

    [Fact]
    public async Task Duplex_WrittenToBehindTheBreak_IsUnavailable()
    {
        for (var round = 0; round < 20; round++)
        {
            using var channel = new GrpcChannel(Address);
            await using var call = channel.OpenStream(EchoMethods.Duplex);
            var dying = DieBehindTheRequestAsync();
            var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (true)
                {
                    await call.WriteAsync(new EchoRequest());
                }
            });
            Assert.True(failure.StatusCode == StatusCode.Unavailable, failure.ToString());
            await dying;
        }
    }

    /// <summary>Accepts one connection, lets a request begin, and closes it without an answer.</summary>
    private async Task DieBehindTheRequestAsync()
    {
        using var connection = await _listener.AcceptSocketAsync();
        connection.LingerState = new LingerOption(enable: true, seconds: 0);
        await connection.SendAsync(EmptySettings);
        var buffer = new byte[4096];
        var seen = 0;
        while (!buffer.AsSpan(0, seen).ContainsHeaders())
        {
            seen += await connection.ReceiveAsync(buffer.AsMemory(seen));
        }
    }
}

file static class Frames
{
    private const int PrefaceBytes = 24;
    private const int FrameHeaderBytes = 9;
    private const byte Headers = 1;

    /// <summary>Whether a HEADERS frame is among the whole frames behind the preface.</summary>
    public static bool ContainsHeaders(this Span<byte> bytes)
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
