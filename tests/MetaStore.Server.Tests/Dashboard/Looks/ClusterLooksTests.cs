using System.Text;
using System.Text.Json;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Dashboard;
using MetaStore.Server.Dashboard.Looks;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Dashboard.Looks;

/// <summary>All open pages share one look a second, and there is none without a page.</summary>
public sealed class ClusterLooksTests : Protocol.Etcd.Maintenance.MaintenanceBase, ICallGate, IDisposable
{
    private const ulong Self = 0xa1;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly AppliedState _state = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly LeaderChannels _channels;
    private readonly ClusterLooks _looks;
    private Func<Task<StatusResponse>> _status = () => Task.FromResult(new StatusResponse { Header = new ResponseHeader { Revision = 3 } });
    private int _asked;

    public ClusterLooksTests()
    {
        _state.Know(new MemberRecord { Id = 0xb2, Name = "a" });
        _state.Know(new MemberRecord { Id = Self, Name = "b" });
        _channels = new LeaderChannels(_state.Machine.Members, () => null);
        ServiceTable services = new ServiceBinder().Add(Protocol.Etcd.Maintenance.Descriptor, binder => Protocol.Etcd.Maintenance.BindService(binder, this))
            .Add(Protocol.V1.Batching.Descriptor, binder => Protocol.V1.Batching.BindService(binder, new NoBatching())).Build();
        var calls = new MemberCalls(Self, new OwnServices(services, this, null), _channels, token: null!);
        _looks = new ClusterLooks(Self, _state.Machine, calls, _time, _stopping.Token);
    }

    public void Dispose()
    {
        _channels.Dispose();
        _stopping.Dispose();
        _state.Dispose();
    }

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _asked);
        return _status();
    }

    Status ICallGate.Check(ServiceMethod method, ServerCall call) => Grpc.Core.Status.DefaultSuccess;

    [Fact]
    public async Task FirstLook_IsTakenAtOnce_WithMembersByName_AndWhatIsWrongWithThem()
    {
        _state.Raise(AlarmKind.NoSpace, Self);
        JsonElement line = Parse(await NextAsync(0));
        Assert.Equal([("a", false, "has not published a client address"), ("b", true, "")], line.GetProperty("members").EnumerateArray().Select(member =>
            (member.GetProperty("name").GetString()!, member.GetProperty("up").GetBoolean(), member.GetProperty("error").GetString()!)));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), line.GetProperty("at_ms").GetInt64());
        Assert.Equal("NOSPACE", line.GetProperty("alarms")[0].GetProperty("alarm").GetString());
    }

    [Fact]
    public async Task PagesAtTheSameTime_ShareALook_AndALaterOneGetsTheSame()
    {
        ClusterLook[] looks = await Task.WhenAll(NextAsync(0), NextAsync(0), NextAsync(0));
        Assert.All(looks, look => Assert.Same(looks[0], look));
        _time.Advance(ClusterLooks.Interval - TimeSpan.FromMilliseconds(1));
        Assert.Same(looks[0], await NextAsync(0));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task PageThatHasSeenTheNewest_WaitsForTheRestOfTheSecond()
    {
        ClusterLook first = await NextAsync(0);
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Task<ClusterLook> next = NextAsync(first.Sequence);
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Limit, () => "nothing waits");
        _time.Advance(TimeSpan.FromMilliseconds(599));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((2L, first.TakenAt + ClusterLooks.Interval.Ticks), ((await next).Sequence, (await next).TakenAt));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task PageAfterAPause_GetsANewLook_NotTheOldOne()
    {
        ClusterLook first = await NextAsync(0);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await NextAsync(0)).Sequence);
        Assert.Equal(1, first.Sequence);
    }

    [Fact]
    public async Task PageThatCloses_DoesNotEndTheLookOfTheOthers()
    {
        ClusterLook first = await NextAsync(0);
        using var closed = new CancellationTokenSource();
        Task<ClusterLook> leaves = _looks.NextAsync(first.Sequence, closed.Token).AsTask();
        Task<ClusterLook> stays = NextAsync(first.Sequence);
        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Limit, () => "nothing waits");
        _time.Advance(ClusterLooks.Interval);
        Assert.Equal(2, (await stays.WaitAsync(Limit)).Sequence);
    }

    [Fact]
    public async Task MemberThatStops_EndsTheWait()
    {
        ClusterLook first = await NextAsync(0);
        Task<ClusterLook> next = NextAsync(first.Sequence);
        await _stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Limit));
    }

    [Fact]
    public async Task MemberThatFails_IsShownWithItsError_AndTheNextLookAsksAgain()
    {
        _status = () => throw new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader"));
        Assert.Equal("etcdserver: no leader", ErrorOfSelf(await NextAsync(0)));
        _status = () => throw new RpcException(new Status(StatusCode.DeadlineExceeded, "x"));
        _time.Advance(ClusterLooks.Interval);
        Assert.Equal("no answer in time", ErrorOfSelf(await NextAsync(0)));
        _status = () => Task.FromResult(new StatusResponse { Header = new ResponseHeader() });
        _time.Advance(ClusterLooks.Interval);
        Assert.Equal("", ErrorOfSelf(await NextAsync(0)));
    }

    private static string ErrorOfSelf(ClusterLook look) => Parse(look).GetProperty("members")[1].GetProperty("error").GetString()!;

    private static JsonElement Parse(ClusterLook look) => JsonDocument.Parse(Encoding.UTF8.GetString(look.Line.Span)).RootElement;

    private Task<ClusterLook> NextAsync(long after) => _looks.NextAsync(after, CancellationToken.None).AsTask();

    /// <summary>A learner does not serve this.</summary>
    private sealed class NoBatching : Protocol.V1.Batching.BatchingBase
    {
        public override Task<GetBatchingResponse> Get(GetBatchingRequest request, ServerCallContext context) =>
            throw new RpcException(new Status(StatusCode.Unavailable, "etcdserver: rpc not supported for learner"));
    }
}
