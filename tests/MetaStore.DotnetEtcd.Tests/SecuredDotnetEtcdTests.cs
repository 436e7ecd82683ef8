using System.Security.Authentication;
using System.Threading.Channels;
using dotnet_etcd;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace MetaStore.DotnetEtcd.Tests;

/// <summary>NuGet's dotnet-etcd over TLS as a user, with and without a certificate of its own.</summary>
[Collection(nameof(OneCluster))]
public sealed class SecuredDotnetEtcdTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_IsServedAsItsUser_AndRefusedWithEtcdsTexts(bool isMutual)
    {
        await using SecuredMember member = await SecuredMember.StartAsync(isMutual);
        await EnableAuthAsync(member);
        using EtcdClient client = member.Connect();
        client.SetCredentials("app", "app-password");

        await client.PutAsync("app/dotnet", "one");
        Assert.Equal("one", await client.GetValAsync("app/dotnet"));
        var swap = new TxnRequest();
        swap.Compare.Add(new Compare { Key = Bytes("app/dotnet"), Target = Compare.Types.CompareTarget.Value, Value = Bytes("one") });
        swap.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Bytes("app/dotnet"), Value = Bytes("two") } });
        Assert.True((await client.TransactionAsync(swap)).Succeeded);
        await WatchAsync(client);
        await KeepAliveAsync(client);
        Assert.Equal(1, (await client.DeleteAsync("app/dotnet")).Deleted);

        var denied = await Assert.ThrowsAsync<RpcException>(() => client.GetAsync("other/key"));
        Assert.Equal((StatusCode.PermissionDenied, "etcdserver: permission denied"), (denied.StatusCode, denied.Status.Detail));
        var wrong = await Assert.ThrowsAsync<RpcException>(() => client.AuthenticateAsync(new AuthenticateRequest { Name = "app", Password = "wrong" }));
        Assert.Equal((StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password"), (wrong.StatusCode, wrong.Status.Detail));

        using EtcdClient untrusting = member.Connect(trusts: false);
        var untrusted = await Assert.ThrowsAsync<RpcException>(() => untrusting.AuthenticateAsync(new AuthenticateRequest()));
        Assert.Contains(Causes(untrusted), cause => cause is AuthenticationException);
        if (isMutual)
        {
            // The member's alert comes after the client's part of the handshake of TLS 1.3: the call fails when it is read, or because it cannot be written.
            using EtcdClient bare = member.Connect(shows: false);
            var refused = await Assert.ThrowsAsync<RpcException>(() => bare.AuthenticateAsync(new AuthenticateRequest()));
            Assert.Contains(Causes(refused), cause => cause is HttpRequestException or IOException);
        }
    }

    private static async Task EnableAuthAsync(SecuredMember member)
    {
        using EtcdClient client = member.Connect();
        await client.UserAddAsync(new AuthUserAddRequest { Name = "root", Password = "root-password" });
        await client.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" });
        await client.UserAddAsync(new AuthUserAddRequest { Name = "app", Password = "app-password" });
        await client.RoleAddAsync(new AuthRoleAddRequest { Name = "app" });
        await client.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest
        {
            Name = "app",
            Perm = new Authpb.Permission { PermType = Authpb.Permission.Types.Type.Readwrite, Key = Bytes("app/"), RangeEnd = Bytes("app0") },
        });
        await client.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "app", Role = "app" });
        await client.AuthEnableAsync(new AuthEnableRequest());
    }

    private static async Task WatchAsync(EtcdClient client)
    {
        var events = Channel.CreateUnbounded<string>();
        long watch = await client.WatchRangeAsync("app/dotnet", (WatchResponse response) =>
        {
            foreach (var change in response.Events)
            {
                events.Writer.TryWrite(change.Kv.Value.ToStringUtf8());
            }
        });
        await client.PutAsync("app/dotnet", "three");
        Assert.Equal("three", await events.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        client.CancelWatch(watch);
    }

    private static async Task KeepAliveAsync(EtcdClient client)
    {
        long lease = (await client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 })).ID;
        await client.PutAsync(new PutRequest { Key = Bytes("app/dotnet"), Value = Bytes("four"), Lease = lease });
        var renewed = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ending = new CancellationTokenSource();
        Task renewing = client.LeaseKeepAlive(new LeaseKeepAliveRequest { ID = lease }, (LeaseKeepAliveResponse answer) => renewed.TrySetResult(answer.TTL), ending.Token);
        Assert.Equal(60, await renewed.Task.WaitAsync(Patience));
        await ending.CancelAsync();
        await Task.WhenAny(renewing);
    }

    private static IEnumerable<Exception> Causes(RpcException failure)
    {
        for (Exception? cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);
}
