using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Hosting;

namespace MetaStore.Server.Tests.Auth;

/// <summary>A node with auth on: root is administrator, "plain" may read and write under "p/", "other" under "o/". Called over gRPC with a token.</summary>
internal sealed class AuthNode : IAsyncDisposable
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    private readonly GrpcChannel _channel;

    private AuthNode(SingleNode node)
    {
        Node = node;
        _channel = GrpcChannel.ForAddress(node.Url);
        Invoker = _channel.CreateCallInvoker();
        Users = new Protocol.Etcd.Auth.AuthClient(Invoker);
        Kv = new KV.KVClient(Invoker);
    }

    public SingleNode Node { get; }

    public CallInvoker Invoker { get; }

    public Protocol.Etcd.Auth.AuthClient Users { get; }

    public KV.KVClient Kv { get; }

    public string Root { get; private set; } = "";

    public string Plain { get; private set; } = "";

    public static async Task<AuthNode> StartAsync(params string[] flags)
    {
        SingleNode node = await SingleNode.StartNewAsync(["--bcrypt-cost=4", .. flags]);
        await node.SettledAsync();
        var auth = new AuthNode(node);
        await auth.Users.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "root" });
        await auth.Users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await auth.AddAsync("plain", "p/", "p0");
        await auth.AddAsync("other", "o/", "o0");
        await auth.Users.AuthEnableAsync(new AuthEnableRequest());
        auth.Root = await auth.TokenAsync("root");
        auth.Plain = await auth.TokenAsync("plain");
        return auth;
    }

    /// <summary>The same over a node that was started again.</summary>
    public static AuthNode Over(SingleNode node) => new(node);

    public static Metadata Headers(string token) => new() { { "token", token } };

    public async Task<string> TokenAsync(string user, string? password = null) =>
        (await Users.AuthenticateAsync(new AuthenticateRequest { Name = user, Password = password ?? user })).Token;

    public async Task AddAsync(string user, string key, string end)
    {
        await Users.UserAddAsync(new AuthUserAddRequest { Name = user, Password = user });
        await Users.RoleAddAsync(new AuthRoleAddRequest { Name = user });
        await Users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = user, Role = user });
        var permission = new Permission
        {
            PermType = Permission.Types.Type.Readwrite,
            Key = ByteString.CopyFromUtf8(key),
            RangeEnd = ByteString.CopyFromUtf8(end),
        };
        await Users.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest { Name = user, Perm = permission });
    }

    /// <summary>How a call of any method ends for a caller: with its first response, or with a status.</summary>
    /// <returns>OK and the response's bytes, or the status; of a watch, its cancel reason.</returns>
    public async Task<(Status Status, byte[] Response)> CallAsync(MethodDescriptor method, IMessage request, string? token)
    {
        MethodType kind = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            _ => MethodType.DuplexStreaming,
        };
        var raw = new Method<byte[], byte[]>(kind, method.Service.FullName, method.Name, Raw, Raw);
        var options = new CallOptions(token is null ? null : Headers(token), DateTime.UtcNow.AddSeconds(20));
        try
        {
            switch (kind)
            {
                case MethodType.Unary:
                    return (Status.DefaultSuccess, await Invoker.AsyncUnaryCall(raw, null, options, request.ToByteArray()));
                case MethodType.ServerStreaming:
                    using (AsyncServerStreamingCall<byte[]> call = Invoker.AsyncServerStreamingCall(raw, null, options, request.ToByteArray()))
                    {
                        return (Status.DefaultSuccess, await FirstAsync(call.ResponseStream));
                    }

                default:
                    using (AsyncDuplexStreamingCall<byte[], byte[]> call = Invoker.AsyncDuplexStreamingCall(raw, null, options))
                    {
                        await call.RequestStream.WriteAsync(request.ToByteArray());
                        return (Status.DefaultSuccess, await FirstAsync(call.ResponseStream));
                    }
            }
        }
        catch (RpcException failed)
        {
            return (failed.Status, []);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Node.DisposeAsync();
    }

    private static async Task<byte[]> FirstAsync(IAsyncStreamReader<byte[]> responses) => await responses.MoveNext(CancellationToken.None) ? responses.Current : [];
}
