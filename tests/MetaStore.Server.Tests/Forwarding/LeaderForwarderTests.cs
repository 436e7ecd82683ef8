using Grpc.Core;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Forwarding;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Forwarding;

/// <summary>Who is asked, how often, and which error is left when the time is over.</summary>
public sealed class LeaderForwarderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly LeadershipState _leadership;
    private readonly LeaderForwarder _forwarder;
    private readonly List<string> _asked = [];

    public LeaderForwarderTests()
    {
        _leadership = new LeadershipState(_time, BackgroundWork.ThreadPool);
        _forwarder = new LeaderForwarder(_leadership, Patience, _time);
    }

    [Fact]
    public async Task WhileThisMemberLeads_ItIsAskedItself()
    {
        _leadership.Set(new SoftState(1, Role.Leader), 7);
        Assert.Equal("here in 7", (await AskAsync(answers: 1)).Response);
        Assert.Equal(["here in 7"], _asked);
    }

    [Fact]
    public async Task WhileAnotherMemberLeads_ThatOneIsAsked()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        Assert.Equal("there at 2", (await AskAsync(answers: 1)).Response);
        Assert.Equal(["there at 2"], _asked);
    }

    [Fact]
    public async Task WithoutALeader_TheNextOneIsAsked()
    {
        Task<ForwardResult<string>> asking = AskAsync(answers: 1);
        Assert.Empty(_asked);
        _leadership.Set(new SoftState(3, Role.Follower), 8);
        Assert.Equal("there at 3", (await asking.WaitAsync(Limit)).Response);
    }

    [Fact]
    public async Task WithoutAResponse_TheLeaderIsAskedAgain_AndTheNewOneAfterAChange()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        Task<ForwardResult<string>> asking = AskAsync(answers: 2);
        Assert.Equal(["there at 2"], _asked);
        _leadership.Set(new SoftState(1, Role.Leader), 8);
        Assert.Equal("here in 8", (await asking.WaitAsync(Limit)).Response);
        Assert.Equal(["there at 2", "here in 8"], _asked);
    }

    [Fact]
    public async Task ForwardedCall_IsNotPassedOnAgain()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        Assert.Equal(ServerError.LeaderChanged, (await AskAsync(answers: 1, isForwarded: true)).Error);
        Assert.Empty(_asked);
        _leadership.Set(new SoftState(1, Role.Leader), 8);
        Assert.Equal("here in 8", (await AskAsync(answers: 1, isForwarded: true)).Response);
    }

    [Theory]
    [InlineData(0, ServerError.NoLeader)]
    [InlineData(2, ServerError.Timeout)]
    public async Task WhenTheTimeIsOver_TheLastAttemptSaysWhy(ulong leader, ServerError expected)
    {
        _leadership.Set(new SoftState(leader, Role.Follower), 7);
        Task<ForwardResult<string>> asking = AskAsync(answers: int.MaxValue);
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Limit, () => "it waits no more");
        Assert.False(asking.IsCompleted);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(20));
                return asking.IsCompleted;
            },
            Limit,
            () => "it does not end");
        ForwardResult<string> result = await asking;
        Assert.Null(result.Response);
        Assert.Equal(expected, result.Error);
    }

    [Fact]
    public async Task Cancelled_TheWaitForALeaderEnds()
    {
        using var stop = new CancellationTokenSource();
        Task<ForwardResult<string>> asking = AskAsync(answers: 1, stop: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(Limit));
    }

    [Fact]
    public async Task QuestionToALeader_IsCancelledWhenAnotherOneLeads()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        using var attempt = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        Task waiting = _forwarder.WhileItLeadsAsync(2, never.Task, attempt);
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        Assert.False(attempt.IsCancellationRequested);
        _leadership.Set(new SoftState(0, Role.Follower), 8);
        await waiting.WaitAsync(Limit);
        Assert.True(attempt.IsCancellationRequested);
    }

    [Fact]
    public async Task QuestionThatIsAnswered_IsNotCancelled()
    {
        _leadership.Set(new SoftState(2, Role.Follower), 7);
        using var attempt = new CancellationTokenSource();
        await _forwarder.WhileItLeadsAsync(2, Task.CompletedTask, attempt);
        Assert.False(attempt.IsCancellationRequested);
    }

    /// <summary>Asks; only attempt number <paramref name="answers"/> has a response.</summary>
    private Task<ForwardResult<string>> AskAsync(int answers, bool isForwarded = false, CancellationToken stop = default)
    {
        int attempts = 0;
        return _forwarder.AskAsync(term => Attempt($"here in {term}"), (member, _) => Attempt($"there at {member}"), isForwarded, stop).AsTask();

        ValueTask<ForwardResult<string>> Attempt(string text)
        {
            _asked.Add(text);
            return ValueTask.FromResult(new ForwardResult<string>(ServerError.Timeout, ++attempts == answers ? text : null));
        }
    }
}
