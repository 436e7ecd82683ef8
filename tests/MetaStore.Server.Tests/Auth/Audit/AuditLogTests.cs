using System.Text;
using System.Text.Json;
using Grpc.Core;
using MetaStore.Server.Auth.Audit;
using MetaStore.Server.Hosting;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Services.Mapping;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Auth.Audit;

/// <summary>The counting of refusals, and outputs that cannot be written.</summary>
public sealed class AuditLogTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Refusals_AreApart_ByUserHostCallAndReason_NotByPort()
    {
        var counts = new RefusalCounts(_time);
        AuditEntry first = Entry("u", "10.0.0.1:5", "Put");
        Assert.True(counts.TryPass(first));
        Assert.False(counts.TryPass(first with { Remote = "10.0.0.1:6", Target = "another" }));
        Assert.True(counts.TryPass(first with { Remote = "10.0.0.2:5" }));
        Assert.True(counts.TryPass(first with { User = "v" }));
        Assert.True(counts.TryPass(first with { Call = "Range" }));
        Assert.True(counts.TryPass(first with { Message = "another" }));
        Assert.Empty(counts.TakeDue(all: false));
        _time.Advance(RefusalCounts.Window);
        AuditEntry counted = Assert.Single(counts.TakeDue(all: false));
        Assert.Equal((1L, "another"), (counted.Count, counted.Target));
        Assert.True(counts.TryPass(first));
    }

    [Fact]
    public void Refusals_OfManyKinds_AreBounded_AndNoneIsLost()
    {
        var counts = new RefusalCounts(_time);
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(counts.TryPass(Entry("u" + i, "a:1", "Put")));
        }

        Assert.False(counts.TryPass(Entry("u1", "a:1", "Put")));
        Assert.True(counts.TryPass(Entry("u15000", "a:1", "Put")));
    }

    [Fact]
    public void Line_OfAnyName_IsJson()
    {
        string[] names = ["", "\ud800", "a\udc00b", "\"\n\0", "älice"];
        foreach (string name in names)
        {
            string line = Encoding.UTF8.GetString(AuditLine.Of(Entry(name, "a:1", "Put") with { CommonName = name, Target = name, Message = name }, "1"));
            Assert.Equal(1, line.Count(letter => letter == '\n'));
            using var document = JsonDocument.Parse(line);
            Assert.Equal(name.Contains('\ud800', StringComparison.Ordinal) || name.Contains('\udc00', StringComparison.Ordinal), document.RootElement.GetProperty("user").GetString() != name);
        }
    }

    [Theory]
    [InlineData("/etcdserverpb.Auth/Authenticate", "etcdserver: too many requests", true)]
    [InlineData("/etcdserverpb.KV/Put", "etcdserver: too many requests", false)]
    [InlineData("/v3lockpb.Lock/Lock", "etcdserver: permission denied", true)]
    [InlineData("/etcdserverpb.KV/Put", "etcdserver: mvcc: database space exceeded", false)]
    public void Refusal_IsWhatWasRefusedToItsCaller(string path, string text, bool isRefusal) => Assert.Equal(isRefusal, AuditedCalls.IsRefusal(path, text));

    [Theory]
    [InlineData("/etcdserverpb.Auth/RoleGet", true)]
    [InlineData("/etcdserverpb.Auth/AuthStatus", false)]
    [InlineData("/etcdserverpb.Maintenance/Snapshot", true)]
    [InlineData("/metastore.v1.Batching/Set", true)]
    [InlineData("/metastore.v1.Batching/Get", false)]
    [InlineData("/etcdserverpb.KV/Put", false)]
    [InlineData("/etcdserverpb.KV/Compact", true)]
    public void Call_IsShown_WhenItNeedsAnAdministrator(string path, bool isShown) => Assert.Equal(isShown, AuditedCalls.IsShown(path, null));

    [Fact]
    public async Task FullDisk_CostsLines_NotCalls()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        await using AuthNode node = await AuthNode.StartAsync("--audit-log=/dev/full");
        await node.Users.RoleAddAsync(new Protocol.Etcd.AuthRoleAddRequest { Name = "r" }, AuthNode.Headers(node.Root));
        await Eventually.TrueAsync(
            async () => (await node.Node.Http.GetStringAsync("/metrics")).Split('\n').Any(line => line.StartsWith("metastore_audit_lines_lost_total ", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20), () => "lost lines are counted");
    }

    [Fact]
    public void File_ThatCannotBeOpened_RefusesTheStart()
    {
        StartException refused = Assert.Throws<StartException>(() => AuditLog.Open(new AuthOptions { AuditLog = "/nowhere/at/all/audit.log" }));
        Assert.Contains("--audit-log /nowhere/at/all/audit.log", refused.Message, StringComparison.Ordinal);
        Assert.Null(AuditLog.Open(new AuthOptions()));
    }

    private AuditEntry Entry(string user, string remote, string call) =>
        new(_time.GetUtcNow().UtcDateTime, remote, null, user, call, "", nameof(StatusCode.PermissionDenied), "denied", 1, 1);
}
