using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Auth;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Tests.Auth;

/// <summary>Every method of every service, for a caller without a token, with a bad one, a plain user, and an administrator.</summary>
public sealed class CallTableTests
{
    /// <summary>A lease that holds a key of root's.</summary>
    internal const long RootsLease = 77;

    private const string NoUser = "etcdserver: user name is empty";
    private const string BadToken = "etcdserver: invalid auth token";
    private const string Denied = "etcdserver: permission denied";

    [Fact]
    public async Task EveryMethod_HasARow_AndARule()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        string[] methods = [.. node.Node.Host!.Services.Methods.Select(method => method.Path).Order(StringComparer.Ordinal)];
        Assert.Equal(methods, CallTable.Rows.Select(row => row.Path).Order(StringComparer.Ordinal));
        Assert.Empty(methods.Except(CallRules.Paths));
    }

    [Fact]
    public async Task EveryMethod_AnswersEachCallerByItsRow()
    {
        await using AuthNode node = await AuthNode.StartAsync();
        var lease = new Lease.LeaseClient(node.Invoker);
        await lease.LeaseGrantAsync(new LeaseGrantRequest { ID = RootsLease, TTL = 1000 }, AuthNode.Headers(node.Root));
        await node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("leased"), Lease = RootsLease }, AuthNode.Headers(node.Root));
        await node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("x/first") }, AuthNode.Headers(node.Root));
        await node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("p/a/first") }, AuthNode.Headers(node.Root));
        foreach (CallRow row in CallTable.Rows)
        {
            MethodDescriptor method = node.Node.Host!.Services.Find(row.Path)!.Descriptor;
            await ExpectAsync(node, row, row.Strange, null, row.IsOpen ? null : NoUser);
            await ExpectAsync(node, row, row.Strange, "bad.1", row.IsOpen ? null : BadToken);
            await ExpectAsync(node, row, row.Strange, node.Plain, row.IsOpen || row.PlainMay ? null : Denied);
            if (row.Own is not null)
            {
                await ExpectAsync(node, row, row.Own, node.Plain, null);
                await ExpectAsync(node, row, row.Own, null, NoUser);
            }

            await ExpectAsync(node, row, row.Strange, node.Root, null);
        }
    }

    private static async Task ExpectAsync(AuthNode node, CallRow row, IMessage request, string? token, string? refusal)
    {
        ServiceMethod method = node.Node.Host!.Services.Find(row.Path)!;
        (Status status, byte[] response) = await node.CallAsync(method.Descriptor, request, token);
        if (row.Path == "/metastore.v1.Operations/Run" && OperationsResponse.Parser.ParseFrom(response).Results is [{ Error: { } error }, ..])
        {
            status = new Status((StatusCode)error.Code, error.Message);
        }

        string found = status.Detail;
        if (row.Path == "/etcdserverpb.Watch/Watch" && response.Length > 0)
        {
            string reason = WatchResponse.Parser.ParseFrom(response).CancelReason;
            found = reason.Length > 0 ? reason[(reason.IndexOf("desc = ", StringComparison.Ordinal) + 7)..] : "";
        }

        string caller = $"{row.Path} as {(token is null ? "no user" : token == node.Root ? "root" : token == node.Plain ? "plain" : token)}";
        if (refusal is not null)
        {
            Assert.Equal($"{caller}: {refusal}", $"{caller}: {found}");
            bool isQueue = row.Path.StartsWith("/v3", StringComparison.Ordinal);
            StatusCode code = refusal switch
            {
                NoUser => StatusCode.InvalidArgument,
                BadToken => StatusCode.Unauthenticated,
                _ => StatusCode.PermissionDenied,
            };
            StatusCode expected = row.Path == "/etcdserverpb.Watch/Watch" ? StatusCode.OK : isQueue ? StatusCode.Unknown : code;
            Assert.Equal($"{caller}: {expected}", $"{caller}: {status.StatusCode}");
        }
        else
        {
            Assert.True(found is not (NoUser or BadToken or Denied), $"{caller}: {found}");
            Assert.True(status.StatusCode is not (StatusCode.Unimplemented or StatusCode.DeadlineExceeded), $"{caller}: {status}");
        }
    }
}
