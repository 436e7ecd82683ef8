using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Observability.Health;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Alarms;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Health;

/// <summary>Why a member is not healthy or not ready, with etcd's texts, and which questions need a quorum.</summary>
public sealed class HealthChecksTests : IDisposable
{
    private const ulong Self = 1;

    private readonly AppliedState _state = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SteppedNode _node;
    private readonly LeadershipState _leadership;
    private readonly HealthChecks _health;

    public HealthChecksTests()
    {
        _node = new SteppedNode(_time, Self);
        _leadership = new LeadershipState(_time, BackgroundWork.ThreadPool);
        _health = new HealthChecks(_state.Machine, new ReadDispatcher(_node.Node, new AppliedIndexWaiter(_time), TimeSpan.FromSeconds(5), _time), _leadership, Self);
    }

    public void Dispose()
    {
        _node.Dispose();
        _state.Dispose();
    }

    [Theory]
    [InlineData(AlarmKind.NoSpace, "", "ALARM NOSPACE")]
    [InlineData(AlarmKind.Corrupt, "", "ALARM CORRUPT")]
    [InlineData(AlarmKind.NoSpace, "CORRUPT", "ALARM NOSPACE")]
    [InlineData(AlarmKind.NoSpace, "NOSPACE", "")]
    [InlineData(AlarmKind.NoSpace, "nospace", "ALARM NOSPACE")]
    public async Task Alarm_IsUnhealthy_UnlessItIsExcludedByItsExactName(AlarmKind kind, string excluded, string expected)
    {
        _state.Raise(kind, member: 9);
        Assert.Equal(expected, await _health.WhyUnhealthyAsync(serializable: true, [excluded]));
        Assert.Equal(expected.Length == 0 ? (1L, 0L) : (0L, 1L), (_health.Passed, _health.Failed));
    }

    [Fact]
    public async Task EveryAlarm_MustBeExcluded()
    {
        _state.Raise(AlarmKind.NoSpace, 1);
        _state.Raise(AlarmKind.Corrupt, 2);
        Assert.NotEqual("", await _health.WhyUnhealthyAsync(serializable: true, ["NOSPACE"]));
        Assert.NotEqual("", await _health.WhyUnhealthyAsync(serializable: true, ["CORRUPT"]));
        Assert.Equal("", await _health.WhyUnhealthyAsync(serializable: true, ["NOSPACE", "CORRUPT"]));
    }

    [Fact]
    public async Task NoLeader_IsUnhealthy_AndASerializableQuestionDoesNotAsk()
    {
        Assert.Equal("RAFT NO LEADER", await _health.WhyUnhealthyAsync(serializable: false, []));
        Assert.Equal("", await _health.WhyUnhealthyAsync(serializable: true, []));
    }

    [Fact]
    public async Task ReadThatCannotBeConfirmed_IsUnhealthyWithEtcdsText()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 3);
        Task<string> asking = _health.WhyUnhealthyAsync(serializable: false, []);
        _node.Dispose();
        Assert.Equal("RANGE ERROR:etcdserver: server stopped", await asking.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("data_corruption", null)]
    [InlineData("serializable_read", null)]
    [InlineData("non_learner", null)]
    public async Task Check_OfAMemberWithoutAQuorum_PassesWhatNeedsNone(string check, string? expected) => Assert.Equal(expected, await _health.RunAsync("readyz", check));

    [Fact]
    public async Task Check_DataCorruption_IsTheAlarmOfAnyMember_NotThatOfSpace()
    {
        _state.Raise(AlarmKind.NoSpace, 9);
        Assert.Null(await _health.RunAsync("readyz", "data_corruption"));
        _state.Raise(AlarmKind.Corrupt, 9);
        Assert.Equal("alarm activated: CORRUPT", await _health.RunAsync("readyz", "data_corruption"));
    }

    [Fact]
    public async Task Check_NonLearner_FailsForThisMemberOnly()
    {
        _state.Know(new MemberRecord { Id = 9, IsLearner = true });
        Assert.Null(await _health.RunAsync("readyz", "non_learner"));
        _state.Know(new MemberRecord { Id = Self, IsLearner = true });
        Assert.Equal("not supported for learner", await _health.RunAsync("readyz", "non_learner"));
    }

    [Fact]
    public async Task Check_ThatIsNone_IsAFaultOfTheProgram() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _health.RunAsync("readyz", "none"));

    [Fact]
    public void Pages_HaveTheChecksOfEtcd()
    {
        Assert.Equal(["serializable_read"], HealthChecks.Livez);
        Assert.Equal(["data_corruption", "serializable_read", "linearizable_read", "non_learner"], HealthChecks.Readyz);
    }
}
