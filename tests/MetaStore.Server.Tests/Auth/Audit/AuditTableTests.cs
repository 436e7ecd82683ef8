using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Services;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Auth.Audit;

/// <summary>The audit log after every method was called by a user who may not, by one who may, and by an administrator.</summary>
public sealed class AuditTableTests
{
    /// <summary>
    /// Calls that user "plain" may not make and that are not shown when an administrator makes them: an open dashboard asks for batching every second,
    /// and the list of leases is refused only because of the keys of a lease.
    /// </summary>
    private static readonly string[] Unshown = ["/metastore.v1.Batching/Get", "/metastore.v1.Batching/Watch", "/etcdserverpb.Lease/LeaseLeases"];

    [Fact]
    public async Task EveryDeniedCall_AndEveryCallOfAnAdministrator_IsThereOnce()
    {
        using var files = new CertificateFolder();
        string log = files["audit.log"];
        var expected = new List<string>();
        await using (AuthNode node = await AuthNode.StartAsync($"--audit-log={log}"))
        {
            await PrepareAsync(node);
            foreach (CallRow row in CallTable.Rows)
            {
                bool isDenied = !row.IsOpen && !row.PlainMay;
                await CallAsync(node, row, row.Strange, node.Plain);
                expected.AddRange(isDenied ? [$"plain {CallOf(row)} denied"] : IsShown(row, row.Strange) ? [$"plain {row.Path} answered"] : []);
                if (row.Own is { } own)
                {
                    await CallAsync(node, row, own, node.Plain);
                    expected.AddRange(IsShown(row, own) ? [$"plain {row.Path} answered"] : []);
                }

                await CallAsync(node, row, row.Strange, node.Root);
                bool isAdministrators = isDenied && row.Own is null && !Unshown.Contains(row.Path);
                expected.AddRange(isAdministrators || IsShown(row, row.Strange) ? [$"root {row.Path} answered"] : []);
            }

            await node.Node.StopAsync();
        }

        // Logins name a user, and are those of no one while they are made.
        string[] found = [.. File.ReadLines(log).Select(TextOf).Where(line => line.StartsWith("plain ", StringComparison.Ordinal) || line.StartsWith("root ", StringComparison.Ordinal))];
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    /// <summary>Calls that are shown for every caller: of users and roles, and a change of alarms.</summary>
    private static bool IsShown(CallRow row, IMessage request) =>
        (row.Path.StartsWith("/etcdserverpb.Auth/", StringComparison.Ordinal) && row.Path != "/etcdserverpb.Auth/AuthStatus")
        || request is AlarmRequest { Action: not AlarmRequest.Types.AlarmAction.Get };

    /// <summary>Operations of a stream are shown as the calls that they are.</summary>
    private static string CallOf(CallRow row) => row.Path == "/metastore.v1.Operations/Run" ? "/etcdserverpb.KV/Put" : row.Path;

    private static async Task PrepareAsync(AuthNode node)
    {
        var lease = new Lease.LeaseClient(node.Invoker);
        await lease.LeaseGrantAsync(new LeaseGrantRequest { ID = CallTableTests.RootsLease, TTL = 1000 }, AuthNode.Headers(node.Root));
        foreach (string key in (string[])["x/first", "p/a/first"])
        {
            await node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key) }, AuthNode.Headers(node.Root));
        }

        await node.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("leased"), Lease = CallTableTests.RootsLease }, AuthNode.Headers(node.Root));
    }

    private static async Task CallAsync(AuthNode node, CallRow row, IMessage request, string token)
    {
        ServiceMethod method = node.Node.Host!.Services.Find(row.Path)!;
        await node.CallAsync(method.Descriptor, request, token);
    }

    private static string TextOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        string detail = document.RootElement.TryGetProperty("message", out JsonElement message) ? message.GetString()! : "";
        string outcome = detail.Contains("permission denied", StringComparison.Ordinal) ? "denied" : "answered";
        return $"{document.RootElement.GetProperty("user").GetString()} {document.RootElement.GetProperty("call").GetString()} {outcome}";
    }
}
