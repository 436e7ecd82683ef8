using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Service = MetaStore.Protocol.Etcd.Auth.AuthClient;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>Three real members with users on: root, and "plain", which may read and write under "p/".</summary>
internal sealed class UserCluster : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ClusterNode, GrpcChannel> _channels = [];

    private UserCluster(ProcessCluster members) => Members = members;

    public ProcessCluster Members { get; }

    public string Root { get; private set; } = "";

    public static async Task<UserCluster> StartAsync(int spares = 0)
    {
        var cluster = new UserCluster(ProcessCluster.Growing(3, spares, "--bcrypt-cost=4", "--heartbeat-interval=50", "--election-timeout=1000"));
        try
        {
            await cluster.Members.StartAsync();
            Service users = cluster.Users(cluster.Members.Nodes[0]);
            await EnableAsync(users, "root", "plain");
            cluster.Root = await cluster.TokenAsync(cluster.Members.Nodes[0], "root", "root");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds root and "plain", and enables auth.</summary>
    public static async Task EnableAsync(Service users, string rootPassword, string plainPassword)
    {
        await users.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = rootPassword });
        await users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await users.UserAddAsync(new AuthUserAddRequest { Name = "plain", Password = plainPassword });
        await users.RoleAddAsync(new AuthRoleAddRequest { Name = "plain" });
        await users.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest
        {
            Name = "plain",
            Perm = new Permission { PermType = Permission.Types.Type.Readwrite, Key = ByteString.CopyFromUtf8("p/"), RangeEnd = ByteString.CopyFromUtf8("p0") },
        });
        await users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "plain", Role = "plain" });
        await users.AuthEnableAsync(new AuthEnableRequest());
    }

    public static Metadata With(string token) => new() { { "token", token } };

    /// <summary>A channel whose connections come from another address of this machine.</summary>
    public static GrpcChannel From(IPAddress address, ClusterNode node) => GrpcChannel.ForAddress(node.ClientUrl, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(address, 0));
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });

    public GrpcChannel Channel(ClusterNode node)
    {
        if (!_channels.TryGetValue(node, out GrpcChannel? channel))
        {
            _channels[node] = channel = GrpcChannel.ForAddress(node.ClientUrl);
        }

        return channel;
    }

    public Service Users(ClusterNode node) => new(Channel(node));

    public KV.KVClient Kv(ClusterNode node) => new(Channel(node));

    public async Task<string> TokenAsync(ClusterNode node, string user, string password) =>
        (await Users(node).AuthenticateAsync(new AuthenticateRequest { Name = user, Password = password })).Token;

    /// <summary>Repeats a call that has no effect when it fails, as long as the member or the leader is not there.</summary>
    public static async Task<T> AvailableAsync<T>(Func<Task<T>> call)
    {
        T? response = default;
        string last = "";
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    response = await call();
                    return true;
                }
                catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
                {
                    last = failed.Status.Detail;
                    return false;
                }
            },
            Limit, () => last);
        return response!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }

        await Members.DisposeAsync();
    }
}
