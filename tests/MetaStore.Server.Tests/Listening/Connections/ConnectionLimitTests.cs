using System.Net;
using Grpc.Net.Client;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;
using MetaStore.Testing.HostileClient;

namespace MetaStore.Server.Tests.Listening.Connections;

/// <summary>Connections above the limit, for each address and protocol.</summary>
public sealed class ConnectionLimitTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Connections_BeyondTheLimit_AreClosed_UntilOthersEnd()
    {
        var options = new ListenerOptions { Connections = new ConnectionLimit(3) };
        options.Endpoints.Add(new ListenerEndpoint(new IPEndPoint(IPAddress.Loopback, 0)));
        var server = new EchoServer(options);
        await server.InitializeAsync();
        try
        {
            var held = new List<RawConnection>();
            for (var i = 0; i < 3; i++)
            {
                held.Add((await RawConnection.TryOpenHttp2Async(server.EndPoints[i % 2]))!);
            }

            await Eventually.TrueAsync(() => options.Connections.Open == 3, s_patience, () => "not all are counted");
            foreach (var endPoint in server.EndPoints)
            {
                // Null when the reset arrives before the connect has completed.
                using var beyond = await RawConnection.TryOpenAsync(endPoint);
                await (beyond?.Closed ?? Task.CompletedTask).WaitAsync(s_patience);
            }

            Assert.Equal(2, options.Connections.Refused);
            Assert.All(held, connection => Assert.False(connection.Closed.IsCompleted));
            Assert.Contains("3 client connections are already open", server.Log.Lines.First(), StringComparison.Ordinal);

            held[0].Dispose();
            await Eventually.TrueAsync(() => options.Connections.Open == 2, s_patience, () => "the place is not given back");
            using var channel = GrpcChannel.ForAddress(server.Address);
            await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest());
            held.ForEach(connection => connection.Dispose());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
