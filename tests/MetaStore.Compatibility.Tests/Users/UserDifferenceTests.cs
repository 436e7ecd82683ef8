using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Compatibility.Tests.Comparison;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Compatibility.Tests.Users;

/// <summary>Random calls on users, roles and keys with auth on, by callers of every kind: MetaStore's codes, texts and answers must be etcd's. Goal S19.</summary>
[Collection("processes")]
public sealed class UserDifferenceTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("memory", 1, 1_200)]
    [RowOnRequest("memory", 2, 20_000)]
    [RowOnRequest("rocksdb", 3, 20_000)]
    public async Task RandomCalls_AreAnsweredAsByEtcd(string engine, int seed, int calls)
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        var differences = await ConfirmedDifferences.OfAsync(
            async () =>
            {
                await using ProcessCluster reference = ProcessCluster.OfEtcd(1, "--bcrypt-cost=4");
                await using ProcessCluster tested = ProcessCluster.OfMetaStore(1, [.. EngineFlags.Of(engine), "--bcrypt-cost=4"]);
                await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
                using var left = new Side(reference.Nodes[0].ClientUrl);
                using var right = new Side(tested.Nodes[0].ClientUrl);
                return await RunAsync(new UserRequests(seed), left, right, calls);
            },
            output);
        Assert.True(differences.Count == 0, $"seed {seed}: {differences.Count} differences\n{string.Join('\n', differences)}");
    }

    /// <summary>etcd looks only at the first permission that begins with the key: READ is added beside WRITE and takes nothing away. Here it replaces it.</summary>
    [SkippableFact]
    public async Task SecondGrantOfARange_BesideAnotherThatBeginsWithTheKey_ReplacesTheFirst_WhereEtcdKeepsBoth()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await using ProcessCluster reference = ProcessCluster.OfEtcd(1, "--bcrypt-cost=4");
        await using ProcessCluster tested = ProcessCluster.OfMetaStore(1, "--bcrypt-cost=4");
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());

        Assert.Equal(["a", "a to c", "a to c"], await PermissionsAsync(reference));
        Assert.Equal(["a", "a to c"], await PermissionsAsync(tested));

        static async Task<IEnumerable<string>> PermissionsAsync(ProcessCluster cluster)
        {
            using var channel = GrpcChannel.ForAddress(cluster.Nodes[0].ClientUrl);
            var users = new Auth.AuthClient(channel);
            await users.RoleAddAsync(new AuthRoleAddRequest { Name = "r" });
            await GrantAsync("", Permission.Types.Type.Read);
            await GrantAsync("c", Permission.Types.Type.Write);
            await GrantAsync("c", Permission.Types.Type.Read);
            AuthRoleGetResponse role = await users.RoleGetAsync(new AuthRoleGetRequest { Role = "r" });
            return role.Perm.Select(permission => permission.RangeEnd.IsEmpty ? "a" : $"a to {permission.RangeEnd.ToStringUtf8()}").Order(StringComparer.Ordinal);

            async Task GrantAsync(string end, Permission.Types.Type type) => await users.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest
            {
                Name = "r",
                Perm = new Permission { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8(end), PermType = type },
            });
        }
    }

    /// <summary>etcd 3.4.23 shows the previous value to a user who may only write.</summary>
    [SkippableFact]
    public async Task PutWithPrevKv_InATransaction_NeedsReadToo()
    {
        Skip.If(Programs.Etcd is null, "etcd is not installed");
        await using ProcessCluster reference = ProcessCluster.OfEtcd(1, "--bcrypt-cost=4");
        await using ProcessCluster tested = ProcessCluster.OfMetaStore(1, "--bcrypt-cost=4");
        await Task.WhenAll(reference.StartAsync(), tested.StartAsync());
        ByteString key = ByteString.CopyFromUtf8("a");
        var put = new PutRequest { Key = key, PrevKv = true };

        foreach ((ProcessCluster cluster, string inTransaction) in new[] { (reference, "ok"), (tested, "PermissionDenied: etcdserver: permission denied") })
        {
            using var side = new Side(cluster.Nodes[0].ClientUrl);
            await side.EnableAsync();
            await side.CallAsync("root", "Auth/RoleAdd", new AuthRoleAddRequest { Name = "r" });
            await side.CallAsync("root", "Auth/RoleGrantPermission", new AuthRoleGrantPermissionRequest { Name = "r", Perm = new Permission { Key = key, PermType = Permission.Types.Type.Write } });
            await side.CallAsync("root", "Auth/UserAdd", new AuthUserAddRequest { Name = "u", Password = "p" });
            await side.CallAsync("root", "Auth/UserGrantRole", new AuthUserGrantRoleRequest { User = "u", Role = "r" });
            await side.LogInAsync("u", "p");

            Assert.Equal("PermissionDenied: etcdserver: permission denied", await side.CallAsync("u", "KV/Put", put));
            Assert.Equal(inTransaction, Outcome(await side.CallAsync("u", "KV/Txn", new TxnRequest { Success = { new RequestOp { RequestPut = put } } })));
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> RunAsync(UserRequests requests, Side left, Side right, int calls)
    {
        await Task.WhenAll(left.EnableAsync(), right.EnableAsync());
        var differences = new Dictionary<string, string>();
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < calls && differences.Count < 10; i++)
        {
            string caller = requests.Caller();
            (string method, IMessage request) = requests.Next();
            string[] answers = await Task.WhenAll(left.CallAsync(caller, method, request), right.CallAsync(caller, method, request));
            outcomes[$"{method} {Outcome(answers[0])}"] = outcomes.GetValueOrDefault($"{method} {Outcome(answers[0])}") + 1;
            if (answers[0] != answers[1])
            {
                differences[$"call {i}"] = $"{caller}: {method} {request}\n  etcd      {answers[0]}\n  MetaStore {answers[1]}";
            }
            else if (Outcome(answers[0]) == "ok" && requests.Learn(request) is { } user)
            {
                await Task.WhenAll(left.LogInAsync(user, requests.Passwords[user]), right.LogInAsync(user, requests.Passwords[user]));
            }
        }

        output.WriteLine(string.Join('\n', outcomes.Select(outcome => $"{outcome.Value,7} {outcome.Key}")));
        return differences;
    }

    private static string Outcome(string answer) => answer.StartsWith('{') ? "ok" : answer;

    /// <summary>One server, with the tokens that it gave.</summary>
    private sealed class Side(Uri server) : IDisposable
    {
        private static readonly Marshaller<byte[]> s_raw = Marshallers.Create(static bytes => bytes, static bytes => bytes);
        private static readonly Dictionary<string, ServiceDescriptor> s_services = new() { ["Auth"] = Auth.Descriptor, ["KV"] = KV.Descriptor };

        private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server);
        private readonly Dictionary<string, string> _tokens = new() { ["bad"] = "bad.1" };

        public async Task EnableAsync()
        {
            var users = new Auth.AuthClient(_channel);
            await users.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "root" });
            await users.RoleAddAsync(new AuthRoleAddRequest { Name = "root" });
            await users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
            await users.AuthEnableAsync(new AuthEnableRequest());
            await LogInAsync("root", "root");
        }

        public async Task LogInAsync(string user, string password) =>
            _tokens[user] = (await new Auth.AuthClient(_channel).AuthenticateAsync(new AuthenticateRequest { Name = user, Password = password })).Token;

        /// <summary>The response as text, or code and text of the error. A user that has no token yet calls without one.</summary>
        public async Task<string> CallAsync(string caller, string method, IMessage request)
        {
            string[] parts = method.Split('/');
            MethodDescriptor descriptor = s_services[parts[0]].FindMethodByName(parts[1]);
            var raw = new Method<byte[], byte[]>(MethodType.Unary, descriptor.Service.FullName, descriptor.Name, s_raw, s_raw);
            Metadata headers = _tokens.TryGetValue(caller, out string? token) ? UserCluster.With(token) : [];
            try
            {
                byte[] response = await _channel.CreateCallInvoker().AsyncUnaryCall(raw, null, new CallOptions(headers, DateTime.UtcNow.AddSeconds(30)), request.ToByteArray());
                return Shown(descriptor.OutputType.Parser.ParseFrom(response));
            }
            catch (RpcException refused)
            {
                return $"{refused.StatusCode}: {refused.Status.Detail}";
            }
        }

        public void Dispose() => _channel.Dispose();

        private static string Shown(IMessage response)
        {
            if (response.Descriptor.FindFieldByName("header")?.Accessor is { } header)
            {
                long revision = ((ResponseHeader?)header.GetValue(response))?.Revision ?? 0;
                header.SetValue(response, new ResponseHeader { Revision = revision });
            }

            if (response is AuthRoleGetResponse role)
            {
                // Those of one key are in another order.
                var sorted = role.Perm.OrderBy(permission => permission.ToString(), StringComparer.Ordinal).ToArray();
                role.Perm.Clear();
                role.Perm.AddRange(sorted);
            }

            return JsonFormatter.Default.Format(response);
        }
    }
}
