using MetaStore.Batching;
using MetaStore.IO;
using MetaStore.Server.Budgets;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Tests.Proposals;

/// <summary>One of result, failure and deadline ends a wait; the second one changes nothing, also in a later use of the same object.</summary>
public sealed class ProposalCompletionTests : BackgroundWork
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Queue<IThreadPoolWorkItem> _queued = new();
    private readonly ProposalCompletionPool _pool;

    public ProposalCompletionTests() => _pool = new ProposalCompletionPool(this);

    [Fact]
    public void Result_IsThere_OnceTheGroupIsPublished_AndTheObjectIsUsedAgain()
    {
        ProposalCompletion pending = Begin();
        ProposalWait wait = pending.Wait;
        pending.SetResult(new CommandResult { Revision = 7 }, share: null);
        pending.SetTimes(new ProposalTimes(5, 1, 2, 3));
        Assert.Equal((false, 1), (wait.IsCompleted, _pool.WaitingCount));
        pending.Complete();
        ProposalOutcome outcome = OutcomeOf(wait);
        Assert.Equal((ServerError.None, 7L, 5UL), (outcome.Error, outcome.Result.Revision, outcome.Times.Index));
        Assert.Same(pending, _pool.Rent());
        Assert.Equal(0, _pool.WaitingCount);
    }

    /// <summary>The raft thread reports failures: callers go on elsewhere.</summary>
    [Fact]
    public void Failure_IsReportedInTheBackground()
    {
        ProposalCompletion pending = Begin();
        ProposalWait wait = pending.Wait;
        pending.Fail(ProposalFailure.NoLeader);
        Assert.False(wait.IsCompleted);
        RunQueued();
        Assert.Equal(ServerError.NoLeader, OutcomeOf(wait).Error);
        Assert.Same(pending, _pool.Rent());
    }

    [Fact]
    public void Result_AfterAFailure_ChangesNothing_AndItsMemoryIsGivenBack()
    {
        var budget = new ResponseBudget(100 << 20);
        ProposalCompletion pending = Begin();
        ProposalWait wait = pending.Wait;
        pending.Fail(ProposalFailure.Stopped);
        Assert.False(pending.IsWaiting);
        ResponseShare share = budget.OpenForApplied();
        Assert.True(share.TryTake(1 << 20) && budget.Held > 0);
        pending.SetResult(new CommandResult { Revision = 7 }, share);
        pending.Complete();
        RunQueued();
        Assert.Equal((ServerError.Stopped, 0L), (OutcomeOf(wait).Error, budget.Held));
    }

    [Fact]
    public void Failure_AfterAResult_ChangesNothing()
    {
        ProposalCompletion pending = Begin();
        ProposalWait wait = pending.Wait;
        pending.SetResult(new CommandResult { Revision = 7 }, share: null);
        pending.Complete();
        pending.Fail(ProposalFailure.TimedOut);
        Assert.Empty(_queued);
        Assert.Equal(7, OutcomeOf(wait).Result.Revision);
    }

    /// <summary>Its batch still refers to a wait that timed out: that object is never used again.</summary>
    [Fact]
    public void Expired_IsNotUsedAgain()
    {
        ProposalCompletion pending = Begin();
        ProposalWait wait = pending.Wait;
        Assert.True(pending.TryExpire(pending.WaitingState!.Value, ServerError.Timeout));
        Assert.Null(pending.WaitingState);
        RunQueued();
        Assert.Equal(ServerError.Timeout, OutcomeOf(wait).Error);
        pending.SetResult(new CommandResult { Revision = 7 }, share: null);
        pending.Complete();
        Assert.NotSame(pending, _pool.Rent());
    }

    [Fact]
    public void Sweeper_ThatSawAnEarlierUse_DoesNotEndALaterOne()
    {
        ProposalCompletion pending = Begin();
        long seen = pending.WaitingState!.Value;
        ProposalWait first = pending.Wait;
        pending.Complete();
        OutcomeOf(first);
        Assert.Same(pending, Begin());
        Assert.NotEqual(seen, pending.WaitingState);
        Assert.False(pending.TryExpire(seen, ServerError.Timeout));
        Assert.True(pending.IsWaiting);
    }

    [Fact]
    public void UseThatWasNeverPassedOn_GivesTheObjectBack()
    {
        ProposalCompletion pending = Begin();
        pending.Cancel();
        Assert.Equal((null, 0), (pending.WaitingState, _pool.WaitingCount));
        Assert.Same(pending, Begin());
        Assert.True(pending.IsWaiting);
    }

    [Fact]
    public async Task Waits_MayBeAwaited_OnEitherForm()
    {
        ProposalCompletion one = Begin(), other = Begin();
        Task<ProposalOutcome> task = one.Task.AsTask();
        Task<ProposalOutcome> wait = AwaitAsync(other.Wait);
        one.Complete();
        other.Complete();
        Assert.Equal(ServerError.None, (await task.WaitAsync(Limit)).Error);
        Assert.Equal(ServerError.None, (await wait.WaitAsync(Limit)).Error);

        static async Task<ProposalOutcome> AwaitAsync(ProposalWait wait) => await wait;
    }

    [Theory]
    [InlineData(99, false, 0)]
    [InlineData(100, false, 1)]
    [InlineData(100, true, 1)]
    [InlineData(long.MaxValue, false, 1)]
    public void Sweep_EndsWaitsFromTheirDeadlineOn_WithTheErrorOfWhoseDeadlineItWas(long now, bool isClients, int ended)
    {
        ProposalCompletion pending = _pool.Rent();
        pending.Begin(startedAt: 42, deadlineAt: 100, isClients);
        ProposalWait wait = pending.Wait;
        _pool.Sweep(now, startedAt => startedAt == 42 ? ServerError.TimeoutDueToConnectionLost : ServerError.Stopped);
        _pool.Sweep(now, _ => throw new InvalidOperationException("it is swept twice"));
        Assert.Equal(ended, _queued.Count);
        if (ended > 0)
        {
            RunQueued();
            Assert.Equal(isClients ? ServerError.DeadlineExceeded : ServerError.TimeoutDueToConnectionLost, OutcomeOf(wait).Error);
        }
    }

    public override void Queue(IThreadPoolWorkItem item) => _queued.Enqueue(item);

    public override Task Run(Action action) => throw new NotSupportedException();

    private static ProposalOutcome OutcomeOf(ProposalWait wait)
    {
        Assert.True(wait.IsCompleted);
        return wait.GetResult();
    }

    private void RunQueued()
    {
        while (_queued.TryDequeue(out IThreadPoolWorkItem? item))
        {
            item.Execute();
        }
    }

    private ProposalCompletion Begin()
    {
        ProposalCompletion pending = _pool.Rent();
        pending.Begin(startedAt: 1, deadlineAt: 100, isClientDeadline: false);
        return pending;
    }
}
