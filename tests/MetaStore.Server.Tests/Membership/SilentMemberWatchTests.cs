using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Membership.Silent;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Tests.Nodes;
using MetaStore.StateMachine.Membership;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Membership;

/// <summary>Which member logs that another is silent, in simulated time.</summary>
public sealed class SilentMemberWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger _log = new();
    private readonly HashSet<ulong> _active = [2, 3];
    private readonly LeadershipState _leadership;
    private readonly SilentMemberWatch _watch;

    public SilentMemberWatchTests()
    {
        MemberRecord[] members = [.. new ulong[] { 1, 2, 3 }.Select(id => new MemberRecord { Id = id, Name = $"n{id}", PeerUrls = [] })];
        _leadership = new LeadershipState(_time, BackgroundWork.ThreadPool);
        _watch = new SilentMemberWatch(new SilentMembers(1, TimeSpan.FromSeconds(2), () => members, _active.Contains, _ => null, _time), _leadership, new ServerLog(_log));
    }

    [Theory]
    [InlineData(1ul, 1)]
    [InlineData(2ul, 0)]
    public async Task LostLeader_ThatIsTakenForOneAfterTheLimit_IsLoggedByTheNext(ulong next, int lines)
    {
        _leadership.Set(new SoftState(3, Role.Follower), 1);
        await RunAsync(3);
        _active.Remove(3);
        await RunAsync(5);
        Assert.Empty(_log.Lines);

        _leadership.Set(new SoftState(next, next == 1 ? Role.Leader : Role.Follower), 2);
        await RunAsync(3);
        Assert.Equal(Enumerable.Repeat(1093, lines), _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task LostFollower_IsNotLoggedAgain_ByALaterLeader()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 1);
        await RunAsync(3);
        _active.Remove(3);
        await RunAsync(5);
        _leadership.Set(new SoftState(1, Role.Leader), 2);
        await RunAsync(3);
        Assert.Empty(_log.Lines);
    }

    private async Task RunAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _time.Advance(SilentMembers.Interval);
            await _watch.LookAsync(CancellationToken.None);
        }
    }
}
