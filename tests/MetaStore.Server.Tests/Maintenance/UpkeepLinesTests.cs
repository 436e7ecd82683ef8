using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Auth.Records;
using MetaStore.StateMachine.Commands;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Maintenance;

/// <summary>What automatic maintenance writes into the log: each compaction, each failure with its reason, and which members were not compared.</summary>
public sealed class UpkeepLinesTests
{
    private readonly ListLogger _log = new();
    private readonly FakeCluster _cluster = new();
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);

    public UpkeepLinesTests() => _leadership.Set(new SoftState(1, Role.Leader), 3);

    [Theory]
    [InlineData(ServerError.None, ErrorCode.None, "Compacted automatically to revision 500: 1000 revisions are kept.")]
    [InlineData(ServerError.None, ErrorCode.Compacted, "Compacted automatically to revision 500: 1000 revisions are kept.")]
    [InlineData(ServerError.None, ErrorCode.Corrupt, "The compaction to revision 500 failed (Corrupt); it will be retried.")]
    [InlineData(ServerError.Timeout, ErrorCode.None, "The compaction to revision 500 failed (Timeout); it will be retried.")]
    public async Task Compaction_IsOneLine_WithItsRuleOrItsReason(ServerError error, ErrorCode code, string expected)
    {
        var rule = new RevisionRetention(1000);
        rule.Observe(1500, TimeSpan.Zero);
        var compactor = new AutoCompactor(
            rule, () => 1500, _leadership, _ => Task.FromResult(new ProposalOutcome(error, new CommandResult { Error = code })), new ServerLog(_log), new FakeTimeProvider());
        await compactor.TurnAsync(TimeSpan.Zero);
        Assert.Equal([expected], _log.Messages);
    }

    [Theory]
    [InlineData("00:30:00", "the history of 00:30:00 is kept")]
    [InlineData("10:00:00", "the history of 10:00:00 is kept")]
    public void PeriodicRule_NamesItsPeriod(string period, string expected) => Assert.Equal(expected, new PeriodicRetention(TimeSpan.Parse(period, null)).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void PeriodicRule_WithoutAPeriod_IsNotMade(int hours) => Assert.Throws<ArgumentOutOfRangeException>(() => new PeriodicRetention(TimeSpan.FromHours(hours)));

    /// <summary>A new leader has the history of when it was a follower, and compacts at once.</summary>
    [Fact]
    public async Task Follower_ObservesToo_AndCompactsAsSoonAsItLeads()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 4);
        long revision = 0;
        List<long> asked = [];
        var compactor = new AutoCompactor(
            new PeriodicRetention(TimeSpan.FromMinutes(10)), () => ++revision, _leadership,
            due =>
            {
                asked.Add(due);
                return Task.FromResult(new ProposalOutcome(ServerError.None, new CommandResult()));
            },
            new ServerLog(_log), new FakeTimeProvider());
        for (int minute = 0; minute <= 20; minute++)
        {
            await compactor.TurnAsync(TimeSpan.FromMinutes(minute));
        }

        Assert.Empty(asked);
        _leadership.Set(new SoftState(1, Role.Leader), 5);
        await compactor.TurnAsync(TimeSpan.FromMinutes(21));
        await compactor.TurnAsync(TimeSpan.FromMinutes(22));
        Assert.Equal([11L], asked);
    }

    [Fact]
    public async Task Comparison_WhoseMemberGivesNoHash_NamesIt_AndSaysThatTheOthersAreEqual()
    {
        Answer(1, new MemberHash(7, 10, 5));
        Answer(2, new MemberHash(7, 10, 5));
        Answer(0xb3, null);
        Assert.Empty(await CheckAsync(1, 2, 0xb3));
        Assert.Equal(
            [
                "The members' states were not compared: member b3 gave no hash of revision 10, compacted at 5, with the users of now.",
                "2 members have the same state at revision 10: hash 7.",
            ],
            _log.Messages);
    }

    [Fact]
    public async Task Comparison_OfOneThatDiffers_IsCritical_AndItsAlarmIsRaisedOnce()
    {
        Answer(1, new MemberHash(7, 10, 5));
        Answer(2, new MemberHash(7, 10, 5));
        Answer(3, new MemberHash(8, 10, 5));
        Assert.Equal([3ul], await CheckAsync(1, 2, 3));
        Assert.Equal([3ul], await CheckAsync(1, 2, 3));
        Assert.Equal([3ul], _cluster.Raised);
        Assert.StartsWith("The state of member 3 differs from the majority's at revision 10 (hash 8): CORRUPT alarm.", Assert.Single(_log.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comparison_WithoutAHashOfItsOwn_ComparesNothing()
    {
        Answer(1, null);
        Assert.Empty(await CheckAsync(1, 2, 3));
        Assert.Equal(["The members' states were not compared: this member no longer leads, or has no hash of its own state."], _log.Messages);
    }

    /// <summary>Users are folded into the hash: the same number for equal ones, never the one of the keys alone for others.</summary>
    [Theory]
    [InlineData(5ul, 5ul, true)]
    [InlineData(5ul, 6ul, false)]
    [InlineData(0x1_0000_0001ul, 0ul, false)]
    public void HashOfUsers_CountsWhenBothHaveOne(ulong own, ulong other, bool isEqual)
    {
        var mine = new MemberHash(7, 10, 5) { Users = new AuthHash(3, own) };
        var theirs = new MemberHash(7, 10, 5) { Users = new AuthHash(3, other) };
        Assert.Equal(isEqual, theirs.Against(mine) == mine.Against(mine));
        Assert.Equal(7u, new MemberHash(7, 10, 5).Against(mine));
        Assert.Equal(7u, theirs.Against(new MemberHash(7, 10, 5)));
    }

    [Theory]
    [InlineData(3ul, 3ul, true)]
    [InlineData(3ul, 4ul, false)]
    public void HashOfUsers_IsComparedOnlyAfterTheSameChanges(ulong own, ulong other, bool expected)
    {
        var mine = new MemberHash(7, 10, 5) { Users = new AuthHash(own, 1) };
        Assert.Equal(expected, new MemberHash(7, 10, 5) { Users = new AuthHash(other, 2) }.HasUsersOfMoment(mine));
        Assert.True(new MemberHash(7, 10, 5).HasUsersOfMoment(mine));
    }

    private void Answer(ulong member, MemberHash? hash) => _cluster.Answers[member] = new Queue<MemberHash?>([hash]);

    private Task<IReadOnlyList<ulong>> CheckAsync(params ulong[] voters) => new CorruptionCheck(
        1, _cluster, () => voters, () => ValueTask.FromResult(ServerError.None), _leadership, _cluster, new ServerLog(_log), new Impatient()).CheckAsync(CancellationToken.None);
}
