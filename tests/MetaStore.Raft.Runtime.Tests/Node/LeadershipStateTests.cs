using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Testing;

namespace MetaStore.Raft.Runtime.Tests.Node;

public sealed class LeadershipStateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly LeadershipState _leadership;

    public LeadershipStateTests() => _leadership = new LeadershipState(_time, BackgroundWork.ThreadPool);

    [Fact]
    public async Task Wait_EndsWithTheChange_AndLeavesNoTimer()
    {
        Task[] waits = [.. Enumerable.Range(0, 5).Select(_ => _leadership.WaitForChangeAsync(Patience))];
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        await Task.WhenAll(waits).WaitAsync(Limit);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Wait_EndsAfterItsTime_AndNotBefore()
    {
        Task wait = _leadership.WaitForChangeAsync(Patience);
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await wait.WaitAsync(Limit);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Wait_EndsWithoutAnException_WhenItIsCancelled()
    {
        using var stop = new CancellationTokenSource();
        Task wait = _leadership.WaitForChangeAsync(Patience, stop.Token);
        Assert.False(wait.IsCompleted);
        await stop.CancelAsync();
        await wait.WaitAsync(Limit);
        await _leadership.WaitForChangeAsync(Patience, stop.Token).WaitAsync(Limit);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task WaitForLeader_WithoutOne_LastsUntilThereIsOne()
    {
        var pause = TimeSpan.FromMilliseconds(20);
        Task wait = _leadership.WaitForLeaderAsync(pause, Patience);
        _time.Advance(10 * pause);
        Assert.False(wait.IsCompleted);
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        await wait.WaitAsync(Limit);

        // It may take the next attempt: no change is needed.
        wait = _leadership.WaitForLeaderAsync(pause, Patience);
        _time.Advance(pause);
        await wait.WaitAsync(Limit);
    }

    [Fact]
    public void ElectedAt_IsWhenALeaderBecameKnown()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        long elected = _time.GetTimestamp();
        Assert.Equal(elected, _leadership.ElectedAt);
        _time.Advance(TimeSpan.FromSeconds(5));
        _leadership.Set(new SoftState(0, Role.Candidate), 8);
        Assert.Equal(elected, _leadership.ElectedAt);
        Assert.Equal((0UL, 0UL), (_leadership.Leader, _leadership.LeadingTerm));
    }

    [Fact]
    public void Changes_CountsEachNewLeader_AndNotTheLossOfOne()
    {
        List<(SoftState, ulong)> seen = [];
        _leadership.Observer = (soft, term) => seen.Add((soft, term));
        SoftState[] states = [new(2, Role.Follower), new(0, Role.Follower), new(2, Role.Follower), new(2, Role.Follower), new(1, Role.Leader)];
        for (int i = 0; i < states.Length; i++)
        {
            _leadership.Set(states[i], 7 + (ulong)i);
        }

        Assert.Equal(3, _leadership.Changes);
        Assert.Equal((1UL, Role.Leader, 11UL), (_leadership.Leader, _leadership.Role, _leadership.LeadingTerm));
        Assert.Equal(states.Select((soft, i) => (soft, 7 + (ulong)i)), seen);
    }

    [Fact]
    public async Task NextChange_ReadBeforeTheLeader_MissesNoChange()
    {
        Task next = _leadership.NextChange;
        Assert.False(next.IsCompleted);
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        await next.WaitAsync(Limit);
        Assert.False(_leadership.NextChange.IsCompleted);
    }
}
