using MetaStore.IO;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.StateMachine.Auth.Records;

namespace MetaStore.Server.Tests.Maintenance;

public sealed class CorruptionCheckTests
{
    private readonly FakeCluster _cluster = new();
    private readonly LogSink _log = new();
    private ServerError _confirmed = ServerError.None;

    [Fact]
    public async Task Check_AllEqual_RaisesNothing()
    {
        Answer(1, new MemberHash(7, 10, -1));
        Answer(2, new MemberHash(7, 10, -1));
        Answer(3, new MemberHash(7, 10, -1));
        Assert.Empty(await CheckAsync());
        Assert.Empty(_cluster.Raised);
    }

    [Fact]
    public async Task Check_OneDiffers_RaisesItsAlarmOnly()
    {
        Answer(1, new MemberHash(7, 10, -1));
        Answer(2, new MemberHash(8, 10, -1));
        Answer(3, new MemberHash(7, 10, -1));
        Assert.Equal([2UL], await CheckAsync());
        Assert.Equal([2UL], _cluster.Raised);
    }

    [Fact]
    public async Task Check_TheLeaderIsTheOneThatDiffers_RaisesItsAlarm()
    {
        Answer(1, new MemberHash(8, 10, -1));
        Answer(2, new MemberHash(7, 10, -1));
        Answer(3, new MemberHash(7, 10, -1));
        Assert.Equal([1UL], await CheckAsync());
    }

    [Fact]
    public async Task Check_NoMajority_RaisesTheAlarmOfAll()
    {
        Answer(1, new MemberHash(8, 10, -1));
        Answer(2, new MemberHash(7, 10, -1));
        Answer(3, (MemberHash?)null);
        Assert.Equal([1UL, 2UL], await CheckAsync());
    }

    [Fact]
    public async Task Check_LaggingMember_IsAskedAgain()
    {
        Answer(1, new MemberHash(7, 10, 5));
        Answer(2, (MemberHash?)null, new MemberHash(9, 10, 3), new MemberHash(7, 10, 5));
        Answer(3, new MemberHash(7, 10, 5));
        Assert.Empty(await CheckAsync());
        Assert.Empty(_cluster.Answers[2].Skip(1));
    }

    [Fact]
    public async Task Check_AMemberThatCompactedFurther_IsNotCompared()
    {
        Answer(1, new MemberHash(7, 10, 5));
        Answer(2, new MemberHash(9, 10, 6));
        Answer(3, new MemberHash(7, 10, 5));
        Assert.Empty(await CheckAsync());
    }

    [Fact]
    public async Task Check_AMemberOfAReleaseWithoutUsers_IsComparedByItsKeys()
    {
        Answer(1, With(changes: 0, users: 5));
        Answer(2, new MemberHash(7, 10, -1));
        Answer(3, new MemberHash(8, 10, -1));
        Assert.Equal([3UL], await CheckAsync());
    }

    [Fact]
    public async Task Check_OtherUsersAtTheSameChange_RaisesTheAlarm()
    {
        Answer(1, With(changes: 4, users: 5));
        Answer(2, With(changes: 4, users: 6));
        Answer(3, With(changes: 4, users: 5));
        Assert.Equal([2UL], await CheckAsync());
    }

    [Fact]
    public async Task Check_UsersOfAnEarlierChange_AreAskedForAgain()
    {
        Answer(1, With(changes: 4, users: 5));
        Answer(2, With(changes: 3, users: 6), With(changes: 4, users: 9));
        Answer(3, With(changes: 4, users: 5));
        Assert.Equal([2UL], await CheckAsync());
    }

    [Fact]
    public async Task Check_UsersOfALaterChange_AreComparedWithThoseOfThisMemberThen()
    {
        Answer(1, With(changes: 4, users: 5), With(changes: 5, users: 8));
        Answer(2, With(changes: 5, users: 8));
        Answer(3, With(changes: 5, users: 9));
        Assert.Equal([3UL], await CheckAsync());
    }

    [Fact]
    public async Task Check_UsersThatNeverCatchUp_AreNotCompared()
    {
        Answer(1, With(changes: 4, users: 5));
        Answer(2, With(changes: 3, users: 5));
        Answer(3, With(changes: 4, users: 5));
        Assert.Empty(await CheckAsync());
        Assert.Contains("were not compared: member 2 ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_LeadershipNotConfirmed_AsksNoMember()
    {
        _confirmed = ServerError.Timeout;
        Assert.Empty(await CheckAsync());
    }

    private static MemberHash With(ulong changes, ulong users) => new(7, 10, -1) { Users = new AuthHash(changes, users) };

    private void Answer(ulong member, params MemberHash?[] answers) => _cluster.Answers[member] = new Queue<MemberHash?>(answers);

    private Task<IReadOnlyList<ulong>> CheckAsync() => new CorruptionCheck(
        1, _cluster, () => [1, 2, 3], () => ValueTask.FromResult(_confirmed), new LeadershipState(TimeProvider.System, BackgroundWork.ThreadPool), _cluster, new ServerLog(_log), new Impatient())
        .CheckAsync(CancellationToken.None);
}
