using MetaStore.Server.Membership.Silent;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Membership;

/// <summary>When a member counts as silent, in simulated time, and what is said of it.</summary>
public sealed class SilentMembersTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<ulong> _active = [2, 3];
    private readonly List<MemberRecord> _members = [Record(1), Record(2), Record(3)];
    private readonly SilentMembers _silent;

    public SilentMembersTests() => _silent = Watch(Limit);

    [Fact]
    public void Member_IsReportedOnce_AfterTheLimit_AndWhenItIsBack()
    {
        Assert.Equal((0, 0), Run(Limit));
        _active.Remove(3);
        Assert.Equal((0, 0), Run(Limit));
        Assert.Empty(_silent.Silent);
        Assert.Equal((1, 0), Run(TimeSpan.FromSeconds(3)));
        SilentMember member = Assert.Single(_silent.Silent);
        Assert.Equal(3ul, member.Member.Id);
        Assert.InRange(member.SilentFor, Limit, Limit + TimeSpan.FromSeconds(5));
        Assert.Equal("metactl member remove 3; metactl member add n3 --learner --peer-urls=http://10.0.0.3:2380", member.Commands);
        Assert.Equal((0, 0), Run(2 * Limit));
        Assert.True(_silent.Seconds.Single(heard => heard.Id == 3).Seconds > 800);
        Assert.Equal(0, _silent.Seconds.Single(heard => heard.Id == 2).Seconds);
        _active.Add(3);
        Assert.Equal((0, 1), Run(TimeSpan.FromSeconds(1)));
        Assert.Empty(_silent.Silent);
    }

    [Fact]
    public void Member_ThatIsRemoved_IsForgotten_AndANewOneHasItsWholeTime()
    {
        _active.Remove(3);
        Assert.Equal((1, 0), Run(2 * Limit));
        _members.RemoveAt(2);
        _members.Add(Record(4));
        Assert.Equal((0, 0), Run(Limit));
        Assert.Empty(_silent.Silent);
        Assert.Equal([2ul, 4ul], _silent.Seconds.Select(heard => heard.Id).Order());
        Assert.Equal((1, 0), Run(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void OwnProcess_StoppedForLong_DoesNotBlameTheOthers()
    {
        Run(TimeSpan.FromSeconds(5));
        _active.Clear();
        _time.Advance(10 * Limit);
        Assert.Equal((0, 0), Run(Limit));
        Assert.Equal((2, 0), Run(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void LimitOfZero_ReportsNothing()
    {
        _active.Clear();
        SilentMembers never = Watch(TimeSpan.Zero);
        for (int second = 0; second < 1000; second++)
        {
            _time.Advance(SilentMembers.Interval);
            Assert.Empty(never.Look().Begun);
        }
    }

    [Theory]
    [InlineData(3ul, true, new ulong[] { 1, 2 }, null)]
    [InlineData(3ul, true, new ulong[] { 1 }, "etcdserver: unhealthy cluster")]
    [InlineData(3ul, false, new ulong[] { 1 }, "no majority of members is connected; start lost members again, or restore a backup into a new cluster")]
    public void Replacement_IsPossible_WhenTheRulesOfMembershipChangesSaySo(ulong id, bool hasLeader, ulong[] reached, string? expected)
    {
        Assert.Equal(expected, ReplacementRules.Refusal(_members, id, hasLeader, strict: true, reached.Contains));
        Assert.Equal(hasLeader ? null : expected, ReplacementRules.Refusal(_members, id, hasLeader, strict: false, reached.Contains));
    }

    private static MemberRecord Record(ulong id) => new() { Id = id, Name = $"n{id}", PeerUrls = [$"http://10.0.0.{id}:2380"] };

    private SilentMembers Watch(TimeSpan limit) => new(1, limit, () => _members, _active.Contains, _ => null, _time);

    /// <summary>Looks once a second; how many members were reported, and how many were heard from again.</summary>
    private (int Begun, int Ended) Run(TimeSpan duration)
    {
        (int begun, int ended) = (0, 0);
        for (TimeSpan at = TimeSpan.Zero; at < duration; at += SilentMembers.Interval)
        {
            _time.Advance(SilentMembers.Interval);
            (IReadOnlyList<SilentMember> silent, IReadOnlyList<MemberRecord> back) = _silent.Look();
            begun += silent.Count;
            ended += back.Count;
        }

        return (begun, ended);
    }
}
