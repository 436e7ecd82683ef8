using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Maintenance;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;
using MetaStore.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Maintenance;

/// <summary>An exception in one round does not end a background task of the member.</summary>
public sealed class UpkeepFailureTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly LeadershipState _leadership = new(TimeProvider.System, BackgroundWork.ThreadPool);
    private readonly CancellationTokenSource _stop = new();
    private int _asked;

    public UpkeepFailureTests() => _leadership.Set(new SoftState(1, Role.Leader), 3);

    [Fact]
    public async Task AutoCompaction_ThatThrowsOnce_IsTriedAgainAtTheNextTurn()
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var compactor = new AutoCompactor(
            new RevisionRetention(1000), () => 1500, _leadership,
            revision =>
            {
                if (Interlocked.Increment(ref _asked) == 1)
                {
                    throw new InvalidOperationException("planted");
                }

                done.TrySetResult(revision);
                return Task.FromResult(new ProposalOutcome(ServerError.None, new CommandResult()));
            },
            new ServerLog(NullLogger.Instance), _time);

        Task running = compactor.RunAsync(_stop.Token);
        await TicksUntilAsync(done.Task, running);
        Assert.Equal(500, await done.Task);
        await StopAsync(running);
    }

    [Fact]
    public async Task CorruptionCheck_ThatThrowsOnce_ChecksAgainAtTheNextTurn()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cluster = new FakeCluster();
        var check = new CorruptionCheck(
            1, cluster, () => [1, 2, 3],
            () =>
            {
                if (Interlocked.Increment(ref _asked) == 1)
                {
                    throw new InvalidOperationException("planted");
                }

                done.TrySetResult();
                return ValueTask.FromResult(ServerError.Timeout);
            },
            _leadership, cluster, new ServerLog(NullLogger.Instance), _time);

        Task running = check.RunAsync(Interval, _stop.Token);
        await TicksUntilAsync(done.Task, running);
        await StopAsync(running);
    }

    /// <summary>Advances the clock until a condition is true; it never is when the loop has ended.</summary>
    private Task TicksUntilAsync(Task happened, Task running) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(Interval);
            Assert.False(running.IsCompleted, $"the loop has ended: {running.Exception?.InnerException?.Message}");
            return Task.FromResult(happened.IsCompleted);
        },
        Patience, () => "no further turn came");

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await running;
        _stop.Dispose();
    }
}
