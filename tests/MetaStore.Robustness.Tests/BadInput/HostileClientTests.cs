using System.Net;
using System.Net.Sockets;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Testing;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>Invalid bytes from clients and peers.</summary>
public sealed class HostileClientTests
{
    [SkippableTheory]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task OversizedRequests_AreRefusedWithEtcdsTexts_AndNothingIsLost(string engine)
    {
        await using var single = await SingleNode.WithDataAsync(engine);
        using var client = single.Client();

        var tooLarge = await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync(Put(1_572_864)));
        Assert.Equal(new Status(StatusCode.InvalidArgument, "etcdserver: request is too large"), tooLarge.Status);

        var tooLong = await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync(Put(3 * 1024 * 1024)));
        Assert.Equal(StatusCode.ResourceExhausted, tooLong.StatusCode);
        Assert.Contains("received message larger than max", tooLong.Status.Detail, StringComparison.Ordinal);

        await client.Kv.PutAsync(Put(1_572_000));
        await single.Node.Process!.KillAsync();
        await single.StartAndCheckAsync();
    }

    [SkippableTheory]
    [InlineData("memory", true)]
    [InlineData("rocksdb", false)]
    public async Task GarbageOnAPort_ClosesThatConnectionOnly(string engine, bool clientPort)
    {
        await using var single = await SingleNode.WithDataAsync(engine);
        var port = clientPort ? single.Node.ClientPort : single.Node.PeerPort;
        for (var seed = 0; seed < 20; seed++)
        {
            var garbage = new byte[4096];
            new Random(seed).NextBytes(garbage);
            if (seed % 4 == 0)
            {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.CopyTo(garbage);
            }

            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            await socket.SendAsync(garbage);
            socket.Shutdown(SocketShutdown.Send);
            await DrainAsync(socket);
        }

        if (!clientPort)
        {
            await Eventually.TrueAsync(
                () => single.Node.Process!.Output.Contains("127.0.0.1:", StringComparison.Ordinal), TimeSpan.FromSeconds(10), () => "the invalid bytes at the peer port are not logged");
        }

        Assert.True(await single.Cluster.IsHealthyAsync(single.Node));
        await single.Node.Process!.KillAsync();
        await single.StartAndCheckAsync();
    }

    private static PutRequest Put(int bytes) => new() { Key = ByteString.CopyFromUtf8("large"), Value = ByteString.CopyFrom(new byte[bytes]) };

    /// <summary>Reads until the server closes the connection, which it must after this side has sent everything.</summary>
    private static async Task DrainAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A reset counts as closed.
        }
    }
}
