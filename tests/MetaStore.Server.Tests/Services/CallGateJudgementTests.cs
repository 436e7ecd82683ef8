using Grpc.Core;
using MetaStore.Engines.Memory;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Auth;
using MetaStore.Server.Auth.Tokens;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Tests.Forwarding;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;
using HealthBase = Grpc.Health.V1.Health.HealthBase;

namespace MetaStore.Server.Tests.Services;

/// <summary>Which calls a member takes at all, in etcd's order: stopping, learner, removed, leader, client version.</summary>
public sealed class CallGateJudgementTests : IDisposable
{
    private const ulong Self = 1;

    private readonly MemoryEngine _engine = new();
    private readonly ReplicatedStateMachine _machine;
    private readonly FakeTimeProvider _time = new();
    private readonly LeadershipState _leadership;
    private readonly CallGate _gate;
    private readonly ServiceTable _services;

    public CallGateJudgementTests()
    {
        _machine = new ReplicatedStateMachine(_engine);
        _leadership = new LeadershipState(_time, BackgroundWork.ThreadPool);
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        var auth = new CallAuth(_machine.Reader, new AppliedIndexWaiter(_time), () => 0, new TokenClock(TimeSpan.FromMinutes(5), _time));
        _gate = new CallGate(_leadership, _machine.Members, Self, auth, proposer: null!);
        _services = new ServiceBinder()
            .Add(KV.Descriptor, binder => KV.BindService(binder, new Kv()))
            .Add(Protocol.Etcd.Maintenance.Descriptor, binder => Protocol.Etcd.Maintenance.BindService(binder, new Maintenance()))
            .Add(Grpc.Health.V1.Health.Descriptor, binder => Grpc.Health.V1.Health.BindService(binder, new Health()))
            .Build();
        _machine.Know(new MemberRecord { Id = Self });
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Voter_TakesEveryCall() => Assert.Equal(StatusCode.OK, Check("/etcdserverpb.KV/Put").StatusCode);

    [Theory]
    [InlineData("/etcdserverpb.KV/Put", false)]
    [InlineData("/etcdserverpb.KV/Range", true)]
    [InlineData("/etcdserverpb.Maintenance/Status", true)]
    [InlineData("/etcdserverpb.Maintenance/Snapshot", true)]
    [InlineData("/etcdserverpb.Maintenance/HashKV", false)]
    [InlineData("/grpc.health.v1.Health/Check", true)]
    public void Learner_TakesWhatNeedsNoQuorum(string path, bool isTaken)
    {
        _machine.Know(new MemberRecord { Id = Self, IsLearner = true });
        Assert.Equal(isTaken ? new Status(StatusCode.OK, "") : new Status(StatusCode.FailedPrecondition, "etcdserver: rpc not supported for learner"), Check(path));
    }

    [Fact]
    public void MemberThatIsRemoved_OrStops_TakesNone()
    {
        Assert.True(_machine.BeginEntry(_machine.AppliedIndex + 1, term: 1));
        _machine.RemoveMember(Self);
        _machine.EndEntry();
        var stopped = new Status(StatusCode.Unavailable, "etcdserver: server stopped");
        Assert.Equal(stopped, Check("/etcdserverpb.KV/Range"));
        _gate.Close();
        Assert.Equal(stopped, Check("/grpc.health.v1.Health/Check"));
    }

    /// <summary>A member that joins does not know itself yet.</summary>
    [Fact]
    public void MemberThatIsNotInTheRecords_TakesCalls()
    {
        var other = new CallGate(
            _leadership, _machine.Members, 99, new CallAuth(_machine.Reader, new AppliedIndexWaiter(_time), () => 0, new TokenClock(TimeSpan.FromMinutes(5), _time)), proposer: null!);
        Assert.Equal(StatusCode.OK, other.Check(_services.Find("/etcdserverpb.KV/Put")!, new LocalCallContext("test").Call).StatusCode);
    }

    [Theory]
    [InlineData(0, "true", StatusCode.Unavailable)]
    [InlineData(0, "false", StatusCode.OK)]
    [InlineData(0, "TRUE", StatusCode.OK)]
    [InlineData(0, null, StatusCode.OK)]
    [InlineData(2, "true", StatusCode.OK)]
    public void CallThatRequiresALeader_NeedsOne(ulong leader, string? asked, StatusCode code)
    {
        _leadership.Set(new SoftState(leader, Role.Follower), 8);
        Status status = Check("/etcdserverpb.KV/Put", asked is null ? null : new Metadata { { "hasleader", asked } });
        Assert.Equal(code, status.StatusCode);
        Assert.Equal(code == StatusCode.OK ? "" : "etcdserver: no leader", status.Detail ?? "");
    }

    [Fact]
    public void ClientVersion_ThatIsNoText_IsRefused() => Assert.Equal(
        new Status(StatusCode.InvalidArgument, "etcdserver: invalid client api version"),
        Check("/etcdserverpb.KV/Put", new Metadata { { "client-api-version", "3.\ufffd" } }));

    /// <summary>The series of the last call is kept, so calls of another version or kind in between must not be counted in it.</summary>
    [Fact]
    public void Calls_AreCountedByKindAndVersion()
    {
        string?[] versions = ["3.5", "3.6", "3.6", null, "3.5", null, "3.6", "other"];
        foreach (string? version in versions)
        {
            Metadata? headers = version is null ? null : new Metadata { { "client-api-version", version } };
            Assert.Equal(StatusCode.OK, Check("/etcdserverpb.KV/Range", headers).StatusCode);
            Assert.Equal(StatusCode.OK, Check("/etcdserverpb.Maintenance/Snapshot", headers).StatusCode);
        }

        foreach (string kind in (string[])["unary", "stream"])
        {
            long Of(string version) => _gate.Requests.Of($"type=\"{kind}\"", "client_api_version", version).Value;
            Assert.Equal((2, 3, 2, 1), (Of("3.5"), Of("3.6"), Of("unknown"), Of("other")));
        }
    }

    [Fact]
    public async Task WhileAuthIsOff_NoCallIsJudged()
    {
        ValueTask<Status> judged = _gate.JudgeAsync(_services.Find("/etcdserverpb.Maintenance/HashKV")!, new LocalCallContext("test").Call);
        Assert.True(judged.IsCompletedSuccessfully);
        Assert.Equal(StatusCode.OK, (await judged).StatusCode);
    }

    /// <summary>Only calls that are one ordinary proposal each may be refused before they are read: the proposer is not asked for others.</summary>
    [Theory]
    [InlineData("/etcdserverpb.KV/Range")]
    [InlineData("/etcdserverpb.KV/Txn")]
    [InlineData("/etcdserverpb.KV/Compact")]
    public void OtherCalls_AreNotOverloads(string path) => Assert.False(_gate.IsOverloaded(_services.Find(path)!, new LocalCallContext(path).Call));

    private Status Check(string path, Metadata? headers = null) => _gate.Check(_services.Find(path)!, new LocalCallContext(path, headers).Call);

    private sealed class Kv : KV.KVBase
    {
        public override Task<PutResponse> Put(PutRequest request, ServerCallContext context) => throw new NotSupportedException();

        public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context) => throw new NotSupportedException();

        public override Task<TxnResponse> Txn(TxnRequest request, ServerCallContext context) => throw new NotSupportedException();

        public override Task<CompactionResponse> Compact(CompactionRequest request, ServerCallContext context) => throw new NotSupportedException();
    }

    private sealed class Maintenance : Protocol.Etcd.Maintenance.MaintenanceBase
    {
        public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context) => throw new NotSupportedException();

        public override Task<HashKVResponse> HashKV(HashKVRequest request, ServerCallContext context) => throw new NotSupportedException();

        public override Task Snapshot(SnapshotRequest request, IServerStreamWriter<SnapshotResponse> responseStream, ServerCallContext context) =>
            throw new NotSupportedException();
    }

    private sealed class Health : HealthBase
    {
        public override Task<Grpc.Health.V1.HealthCheckResponse> Check(Grpc.Health.V1.HealthCheckRequest request, ServerCallContext context) =>
            throw new NotSupportedException();
    }
}
