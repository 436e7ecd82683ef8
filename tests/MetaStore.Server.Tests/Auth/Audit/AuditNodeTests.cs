using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Auth.Audit;

/// <summary>A member with <c>--audit-log</c>: what stands in it, and what never does.</summary>
public sealed class AuditNodeTests : IAsyncLifetime
{
    private readonly CertificateFolder _files = new();
    private AuthNode _node = null!;

    private string LogFile => _files["audit.log"];

    public async Task InitializeAsync() => _node = await AuthNode.StartAsync($"--audit-log={LogFile}");

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task AdministratorsCalls_Logins_AndRefusals_AreThere_OthersAreNot()
    {
        await _node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("p/a"), Value = ByteString.CopyFromUtf8("the value") }, AuthNode.Headers(_node.Plain));
        await RefusedAsync(async () => await _node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("x"), Value = ByteString.CopyFromUtf8("the value") }, AuthNode.Headers(_node.Plain)));
        await RefusedAsync(async () => await _node.TokenAsync("plain", "wrong secret"));
        await RefusedAsync(async () => await _node.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("x") }));
        await _node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "other", Password = "new secret" }, AuthNode.Headers(_node.Root));
        using (AsyncServerStreamingCall<SnapshotResponse> snapshot = new Protocol.Etcd.Maintenance.MaintenanceClient(_node.Invoker).Snapshot(new SnapshotRequest(), AuthNode.Headers(_node.Root)))
        {
            while (await snapshot.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        }

        using (AsyncDuplexStreamingCall<WatchRequest, WatchResponse> watch = new Protocol.Etcd.Watch.WatchClient(_node.Invoker).Watch(AuthNode.Headers(_node.Plain)))
        {
            await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("x") } });
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            Assert.True(watch.ResponseStream.Current.Canceled);
        }

        await Eventually.TrueAsync(() => Lines().Any(line => CallOf(line) == "/etcdserverpb.Watch/Watch"), TimeSpan.FromSeconds(20), () => string.Join('\n', Lines()));
        Assert.Single(Lines(), line => line.Contains("\"user\":\"plain\",\"call\":\"/etcdserverpb.KV/Put\",\"target\":\"key:\\u0022x\\u0022 value_size:9\",\"result\":\"PermissionDenied\"", StringComparison.Ordinal));
        Assert.Single(Lines(), line => CallOf(line) == "/etcdserverpb.KV/Range" && line.Contains("\"user\":\"\"", StringComparison.Ordinal) && line.Contains("user name is empty", StringComparison.Ordinal));
        Assert.Single(Lines(), line => CallOf(line) == "/etcdserverpb.Auth/UserChangePassword" && line.Contains("\"user\":\"root\"", StringComparison.Ordinal) && line.Contains("\"result\":\"OK\"", StringComparison.Ordinal));
        Assert.Single(Lines(), line => CallOf(line) == "/etcdserverpb.Maintenance/Snapshot" && line.Contains("\"user\":\"root\"", StringComparison.Ordinal));
        Assert.Single(Lines(), line => CallOf(line) == "/etcdserverpb.Auth/Authenticate" && line.Contains("authentication failed", StringComparison.Ordinal));
        Assert.Equal(2, Lines().Count(line => CallOf(line) == "/etcdserverpb.Auth/Authenticate" && line.Contains("\"result\":\"OK\"", StringComparison.Ordinal)));
        Assert.Equal(4, Lines().Count(line => CallOf(line) is "/etcdserverpb.Auth/UserAdd" or "/etcdserverpb.Auth/AuthEnable"));

        string all = string.Join('\n', Lines());
        Assert.All((string[])["the value", "wrong secret", "new secret", _node.Root, _node.Plain], secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogFile));
        }
    }

    [Fact]
    public async Task CallsThatEndTheirOwnToken_NameTheirUser()
    {
        await _node.Users.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "plain", Role = "root" }, AuthNode.Headers(_node.Root));
        await _node.Users.UserChangePasswordAsync(new AuthUserChangePasswordRequest { Name = "plain", Password = "next" }, AuthNode.Headers(_node.Plain));
        string plain = await _node.TokenAsync("plain", "next");
        await _node.Users.UserDeleteAsync(new AuthUserDeleteRequest { Name = "plain" }, AuthNode.Headers(plain));
        await _node.Users.AuthDisableAsync(new AuthDisableRequest(), AuthNode.Headers(_node.Root));
        await _node.Node.StopAsync();
        Assert.Equal(
            ["plain /etcdserverpb.Auth/UserChangePassword", "plain /etcdserverpb.Auth/UserDelete", "root /etcdserverpb.Auth/AuthDisable"],
            Lines().Select(line => $"{UserOf(line)} {CallOf(line)}").Where(line => line.Contains("ChangePassword", StringComparison.Ordinal) || line.Contains("Delete", StringComparison.Ordinal) || line.Contains("Disable", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Refusals_OfOneKind_AreOneLine_AndThenANumber()
    {
        for (int i = 0; i < 5; i++)
        {
            await RefusedAsync(async () => await _node.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("x" + i) }, AuthNode.Headers(_node.Plain)));
        }

        using (HttpResponseMessage answer = await _node.Node.Http.PostAsync("/v3/maintenance/defragment", new StringContent("{}")))
        {
            Assert.False(answer.IsSuccessStatusCode);
        }

        await _node.Node.StopAsync();
        string[] ranges = [.. Lines().Where(line => CallOf(line) == "/etcdserverpb.KV/Range")];
        Assert.Equal(2, ranges.Length);
        Assert.DoesNotContain("count", ranges[0], StringComparison.Ordinal);
        Assert.Contains("\"count\":4", ranges[1], StringComparison.Ordinal);
        Assert.Single(Lines(), line => CallOf(line) == "/etcdserverpb.Maintenance/Defragment");
        Assert.All(Lines(), line => JsonDocument.Parse(line).Dispose());
    }

    private static async Task RefusedAsync(Func<Task> call) => await Assert.ThrowsAsync<RpcException>(call);

    private static string CallOf(string line) => TextOf(line, "call");

    private static string UserOf(string line) => TextOf(line, "user");

    private static string TextOf(string line, string name)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
    }

    private string[] Lines()
    {
        using var file = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        string text = file.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
