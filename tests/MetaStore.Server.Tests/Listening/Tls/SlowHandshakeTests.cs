using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Clients that begin and do not go on: others are served, and each is closed when the time of a handshake is over.</summary>
public sealed class SlowHandshakeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public enum Beginning
    {
        Nothing,
        HalfARecord,
        AWholeHello,
    }

    [Theory]
    [InlineData(Beginning.Nothing, 50)]
    [InlineData(Beginning.HalfARecord, 50)]
    [InlineData(Beginning.AWholeHello, 300)]
    [RowOnRequest(Beginning.Nothing, 1_000)]
    [RowOnRequest(Beginning.AWholeHello, 1_000)]
    public async Task SilentConnections_DoNotHinderOthers_AndAreClosedInTime(Beginning beginning, int count)
    {
        await using TlsNode node = await TlsNode.StartAsync((_, _) => []);
        byte[] hello = await HelloAsync();
        byte[] sent = beginning switch
        {
            Beginning.Nothing => [],
            Beginning.HalfARecord => hello[..(hello.Length / 2)],
            _ => hello,
        };
        var began = Stopwatch.StartNew();
        Socket[] silent = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => OpenAsync(node, sent)));
        try
        {
            // A new connection for each, while the others hold what they can.
            for (int i = 0; i < 5; i++)
            {
                using HttpClient http = node.Http();
                Assert.Contains("etcdserver", await http.GetStringAsync("/version"), StringComparison.Ordinal);
            }

            Assert.True(began.Elapsed < Limit, $"others were served only after {began.Elapsed}");
            await Task.WhenAll(silent.Select(ClosedAsync)).WaitAsync(Limit * 3);
        }
        finally
        {
            Array.ForEach(silent, socket => socket.Dispose());
        }

        using HttpClient metrics = node.Http();
        await Eventually.TrueAsync(
            async () => (await metrics.GetStringAsync("/metrics")).Contains("metastore_tls_handshakes_open 0\n", StringComparison.Ordinal), Limit, () => "all slots are free");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u00ff\u00ff")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005hello")]
    public async Task WhatIsNoHandshake_IsClosed(string text)
    {
        await using TlsNode node = await TlsNode.StartAsync((_, _) => []);
        using Socket socket = await OpenAsync(node, Encoding.Latin1.GetBytes(text));
        await ClosedAsync(socket).WaitAsync(Limit * 3);
        using HttpClient metrics = node.Http();
        await Eventually.TrueAsync(
            async () => !(await metrics.GetStringAsync("/metrics")).Contains("metastore_tls_handshakes_failed_total 0\n", StringComparison.Ordinal), Limit, () => "it is counted");
    }

    private static async Task<Socket> OpenAsync(TlsNode node, byte[] first)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, node.Url.Port);
        if (first.Length > 0)
        {
            await socket.SendAsync(first);
        }

        return socket;
    }

    /// <summary>What a real client begins with.</summary>
    private static async Task<byte[]> HelloAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using TestAuthority authority = TestAuthority.Create();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using TcpClient server = await listener.AcceptTcpClientAsync();
        await using var tls = new System.Net.Security.SslStream(client.GetStream());
        System.Net.Security.SslClientAuthenticationOptions options = TlsNode.Options(authority, null, null, System.Security.Authentication.SslProtocols.None);
        options.TargetHost = "127.0.0.1";
        Task handshake = tls.AuthenticateAsClientAsync(options);
        byte[] hello = new byte[16 * 1024];
        int length = await server.GetStream().ReadAsync(hello);
        server.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        return hello[..length];
    }

    private static async Task ClosedAsync(Socket socket)
    {
        byte[] rest = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(rest) > 0)
            {
                // The server's part of a handshake.
            }
        }
        catch (SocketException)
        {
            // Reset.
        }
    }
}
