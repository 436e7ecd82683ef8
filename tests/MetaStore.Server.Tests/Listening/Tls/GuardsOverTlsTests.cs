using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>What bounds a connection without TLS bounds one with it.</summary>
public sealed class GuardsOverTlsTests
{
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const int SettingsEnough = 60_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Flood_OfFramesWithoutUse_EndsTheConnection()
    {
        await using TlsNode node = await TlsNode.StartAsync((_, _) => []);
        await using SslStream connection = await Http2Async(node);
        byte[] frames = [.. Enumerable.Repeat(Frame(Settings, []), 1_000).SelectMany(frame => frame)];
        Task<int> answers = CountToEndAsync(connection);
        try
        {
            for (int sent = 0; sent < SettingsEnough && !answers.IsCompleted; sent += 1_000)
            {
                await connection.WriteAsync(frames);
            }
        }
        catch (IOException)
        {
            // Closed by the server in the middle.
        }

        await answers.WaitAsync(Patience);
        Assert.Contains("metastore_client_connections_aborted_total 1\n", await MetricsAsync(node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyPings_GetGoAway()
    {
        await using TlsNode node = await TlsNode.StartAsync((_, _) => []);
        await using SslStream connection = await Http2Async(node);
        for (int i = 0; i < 10; i++)
        {
            await connection.WriteAsync(Frame(Ping, new byte[8]));
        }

        byte[] header = new byte[9];
        do
        {
            await connection.ReadExactlyAsync(header).AsTask().WaitAsync(Patience);
            await connection.ReadExactlyAsync(new byte[(header[0] << 16) | (header[1] << 8) | header[2]]).AsTask().WaitAsync(Patience);
        }
        while (header[3] != GoAway);
    }

    [Fact]
    public async Task ConnectionsBeyondTheLimit_AreClosedBeforeTheirHandshake()
    {
        await using TlsNode node = await TlsNode.StartAsync((_, _) => ["--max-client-connections=2"]);
        await using (await node.ConnectAsync())
        await using (await node.ConnectAsync())
        {
            Exception full = await Assert.ThrowsAnyAsync<Exception>(() => node.ConnectAsync());
            Assert.True(full is IOException or SocketException, full.ToString());
        }

        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await using SslStream again = await node.ConnectAsync();
                    return true;
                }
                catch (Exception full) when (full is IOException or SocketException or AuthenticationException)
                {
                    return false;
                }
            },
            Patience, () => "places of closed connections are free again");
        Assert.DoesNotContain("metastore_client_connections_refused_total 0\n", await MetricsAsync(node), StringComparison.Ordinal);
    }

    private static async Task<SslStream> Http2Async(TlsNode node)
    {
        SslStream connection = await node.ConnectAsync(protocol: SslApplicationProtocol.Http2);
        Assert.Equal(SslApplicationProtocol.Http2, connection.NegotiatedApplicationProtocol);
        await connection.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.WriteAsync(Frame(Settings, []));
        return connection;
    }

    private static byte[] Frame(byte type, byte[] body) => [(byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, type, 0, 0, 0, 0, 0, .. body];

    private static async Task<int> CountToEndAsync(SslStream connection)
    {
        byte[] buffer = new byte[64 * 1024];
        int all = 0;
        try
        {
            for (int read; (read = await connection.ReadAsync(buffer)) > 0;)
            {
                all += read;
            }
        }
        catch (IOException)
        {
            // Closed without the end of TLS.
        }

        return all;
    }

    /// <summary>Of the metrics address, which has no limit of connections.</summary>
    private static async Task<string> MetricsAsync(TlsNode node)
    {
        using var http = new HttpClient(node.Handler());
        return await http.GetStringAsync(new Uri(node.MetricsUrl, "/metrics"));
    }
}
