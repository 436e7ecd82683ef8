using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Audit;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Dashboard;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>Calls of the dashboard pass the gate of clients, and the audit log says how they ended.</summary>
public sealed class OwnServicesTests : Protocol.Etcd.Auth.AuthBase, ICallGate, IDisposable
{
    private const string Path = "/etcdserverpb.Auth/Authenticate";

    private readonly AppliedState _state = new();
    private readonly MemoryStream _audited = new();
    private readonly AuditLog _audit;
    private readonly OwnServices _own;
    private readonly OwnServices.Caller _page = new([], "10.0.0.7:4711");
    private readonly List<string> _asked = [];
    private Func<ServerCall, Task<AuthenticateResponse>> _answer = _ => Task.FromResult(new AuthenticateResponse { Token = "t" });
    private Status _refusal = Status.DefaultSuccess;
    private Status _judgement = Status.DefaultSuccess;

    public OwnServicesTests()
    {
        var time = new FakeTimeProvider();
        var auth = new CallAuth(_state.Machine.Reader, new AppliedIndexWaiter(time), () => 0, new TokenClock(TimeSpan.FromMinutes(5), time));
        _audit = new AuditLog(_audited, 1, auth, NullLogger.Instance, time);
        _own = new OwnServices(new ServiceBinder().Add(Protocol.Etcd.Auth.Descriptor, binder => Protocol.Etcd.Auth.BindService(binder, this)).Build(), this, _audit);
    }

    public void Dispose()
    {
        _audit.Dispose();
        _state.Dispose();
    }

    public override Task<AuthenticateResponse> Authenticate(AuthenticateRequest request, ServerCallContext context) => _answer(ServerCall.Of(context));

    Status ICallGate.Check(ServiceMethod method, ServerCall call)
    {
        _asked.Add($"check {call.Peer}");
        return _refusal;
    }

    ValueTask<Status> ICallGate.JudgeAsync(ServiceMethod method, ServerCall call)
    {
        _asked.Add($"judge {call.Peer}");
        return new(_judgement);
    }

    [Fact]
    public async Task CallOfAPage_IsCheckedThenJudged_AndAudited()
    {
        Assert.Equal("t", await CallAsync(_page));
        Assert.Equal(["check 10.0.0.7:4711", "judge 10.0.0.7:4711"], _asked);
        Assert.Equal([("10.0.0.7:4711", "OK")], Audited());
    }

    [Fact]
    public async Task CallOfTheMember_IsCheckedOnly_AndNotAudited()
    {
        Assert.Equal("t", await CallAsync(OwnServices.Member));
        Assert.Equal(["check dashboard"], _asked);
        Assert.Empty(Audited());
    }

    [Fact]
    public async Task RefusedByTheGate_NeverRuns_AndIsNotJudged()
    {
        _answer = _ => throw new InvalidOperationException("called");
        _refusal = new Status(StatusCode.Unavailable, "etcdserver: server stopped");
        Assert.Equal(_refusal, (await Assert.ThrowsAsync<RpcException>(() => CallAsync(_page))).Status);
        Assert.Equal(["check 10.0.0.7:4711"], _asked);
        Assert.Equal([("10.0.0.7:4711", "Unavailable")], Audited());
    }

    [Fact]
    public async Task RefusedByTheJudge_IsAudited_ThoughItOnlyAskedWhetherItMay()
    {
        _judgement = new Status(StatusCode.PermissionDenied, "etcdserver: permission denied");
        Assert.Equal(_judgement, (await Assert.ThrowsAsync<RpcException>(() => _own.RequireAsync(Path, _page, CancellationToken.None))).Status);
        Assert.Equal([("10.0.0.7:4711", "PermissionDenied")], Audited());
    }

    [Fact]
    public async Task RequireAsync_OfAPageThatMay_RunsNothing()
    {
        _answer = _ => throw new InvalidOperationException("called");
        await _own.RequireAsync(Path, _page, CancellationToken.None);
        Assert.Empty(Audited());
    }

    [Fact]
    public async Task FailedCall_IsAuditedWithItsCode()
    {
        _answer = _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password"));
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(_page));
        Assert.Equal([("10.0.0.7:4711", "InvalidArgument")], Audited());
    }

    /// <summary>A client that closes its connection while its wrong password waits for its turn has not signed in.</summary>
    [Fact]
    public async Task CallWhosePageIsGone_IsNotAuditedAsDone()
    {
        using var gone = new CancellationTokenSource();
        _answer = async call =>
        {
            await gone.CancelAsync();
            call.CancellationToken.ThrowIfCancellationRequested();
            return new AuthenticateResponse();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(_page, gone.Token));
        Assert.Equal([("10.0.0.7:4711", "Cancelled")], Audited());
    }

    [Fact]
    public async Task CallThatThrows_IsNotAuditedAsDone()
    {
        _answer = _ => throw new InvalidOperationException("broken");
        await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(_page));
        Assert.Equal([("10.0.0.7:4711", "Unknown")], Audited());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HeldMemory_IsReleasedOnceTheResponseWasRead(bool fails)
    {
        var hold = new Hold();
        _answer = call =>
        {
            call.HoldUntilSent(hold);
            return fails ? throw new RpcException(new Status(StatusCode.Internal, "x")) : Task.FromResult(new AuthenticateResponse { Token = "t" });
        };
        Task<bool> calling = _own.CallAsync(Path, new AuthenticateRequest(), _page, (AuthenticateResponse _) => hold.IsReleased, CancellationToken.None);
        Assert.False(fails ? (await Assert.ThrowsAsync<RpcException>(() => calling)).StatusCode == StatusCode.OK : await calling);
        Assert.True(hold.IsReleased);
    }

    [Fact]
    public async Task PathThatIsNotBound_IsAFaultOfTheProgram() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _own.RequireAsync("/etcdserverpb.Auth/UserAdd", _page, CancellationToken.None));

    private Task<string> CallAsync(OwnServices.Caller caller, CancellationToken stop = default) =>
        _own.CallAsync(Path, new AuthenticateRequest { Name = "root" }, caller, (AuthenticateResponse response) => response.Token, stop);

    /// <summary>Address and code of each line.</summary>
    private IEnumerable<(string, string)> Audited()
    {
        _audit.Dispose();
        return Encoding.UTF8.GetString(_audited.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("remote").GetString()!, line.GetProperty("result").GetString()!));
    }

    private sealed class Hold : IResponseHold
    {
        public bool IsReleased { get; private set; }

        public bool IsOverdue => false;

        public void OnSending()
        {
        }

        public void Dispose() => IsReleased = true;
    }
}
