using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Engines.Memory;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Audit;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Reads;
using MetaStore.StateMachine;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Auth.Audit;

/// <summary>The lines of the audit log, letter by letter, and what is counted in place of a line.</summary>
public sealed class AuditLinesTests : IDisposable
{
    private static readonly Status Denied = new(StatusCode.PermissionDenied, "etcdserver: permission denied");

    private readonly MemoryEngine _engine = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _written = new();
    private readonly AuditLog _log;

    public AuditLinesTests()
    {
        var machine = new ReplicatedStateMachine(_engine);
        var auth = new CallAuth(machine.Reader, new AppliedIndexWaiter(_time), () => 0, new TokenClock(TimeSpan.FromMinutes(5), _time));
        _log = new AuditLog(_written, 0xabc, auth, NullLogger.Instance, _time);
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void CallOfAnAdministrator_IsALine()
    {
        _log.OnEnded(Call("/etcdserverpb.KV/Compact", "alice"), new CompactionRequest { Revision = 5 }, Status.DefaultSuccess);
        Assert.Equal(
            """{"time":"2026-01-01T00:00:00.000Z","member":"abc","remote":"10.0.0.1:5","cn":"alice","user":"","call":"/etcdserverpb.KV/Compact","target":"revision:5","result":"OK","auth_revision":1}""",
            Assert.Single(Lines()));
        Assert.Equal((1L, 0L), (_log.Entries, _log.Lost));
    }

    [Fact]
    public void OtherCalls_AreNoLine()
    {
        _log.OnEnded(Call("/etcdserverpb.KV/Put"), new PutRequest { Key = ByteString.CopyFromUtf8("k") }, Status.DefaultSuccess);
        _log.OnEnded(Call("/etcdserverpb.KV/Put"), new PutRequest(), new Status(StatusCode.InvalidArgument, "etcdserver: key is not provided"));
        _log.OnEnded(Call("/etcdserverpb.Watch/Watch"), null, Status.DefaultSuccess);
        Assert.Empty(Lines());
    }

    [Fact]
    public void Refusals_AfterTheFirst_AreOneLineWithTheirNumber_AMinuteLater()
    {
        for (int i = 0; i < 4; i++)
        {
            _log.OnEnded(Call("/etcdserverpb.KV/Put"), new PutRequest { Key = ByteString.CopyFromUtf8($"k{i}"), Value = ByteString.CopyFromUtf8("secret") }, Denied);
        }

        _time.Advance(TimeSpan.FromSeconds(66));
        _log.OnEnded(Call("/etcdserverpb.KV/Put"), new PutRequest(), Denied);
        string[] lines = Lines();
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"target\":\"key:\\u0022k0\\u0022 value_size:6\",\"result\":\"PermissionDenied\",\"message\":\"etcdserver: permission denied\"", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("\"count\":3}", lines[1], StringComparison.Ordinal);
        Assert.Contains("k3", lines[1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.DoesNotContain("secret", line, StringComparison.Ordinal));
    }

    /// <summary>The end of the process does not lose what was only counted.</summary>
    [Fact]
    public void Refusals_ThatWereCounted_AreWrittenAtTheEnd()
    {
        _log.OnEnded(Call("/etcdserverpb.KV/Put"), null, Denied);
        _log.OnEnded(Call("/etcdserverpb.KV/Put"), null, Denied);
        string[] lines = Lines();
        Assert.EndsWith("\"auth_revision\":1}", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("\"auth_revision\":1}", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, false)]
    [InlineData(257, true)]
    public void LongNames_AreCut(int letters, bool isCut)
    {
        _log.OnEnded(Call("/etcdserverpb.Auth/UserDelete", new string('n', letters)), new AuthUserDeleteRequest(), Status.DefaultSuccess);
        Assert.Equal(isCut, Assert.Single(Lines()).Contains($"\"cn\":\"{new string('n', 256)}...\"", StringComparison.Ordinal));
    }

    [Fact]
    public void LinesThatWereLost_AreCounted()
    {
        string line = Encoding.UTF8.GetString(AuditLine.Lost(12, "abc", _time.GetUtcNow().UtcDateTime));
        Assert.Equal("{\"time\":\"2026-01-01T00:00:00.000Z\",\"member\":\"abc\",\"lost_lines\":12}\n", line);
    }

    private static ServerCall Call(string path, string? commonName = null) => new LocalCallContext(path, peer: "10.0.0.1:5") { CommonName = commonName }.Call;

    /// <summary>Ends the log and reads what it has written.</summary>
    private string[] Lines()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
