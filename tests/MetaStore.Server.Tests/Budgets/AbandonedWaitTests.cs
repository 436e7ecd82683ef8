using MetaStore.Server.Budgets;

namespace MetaStore.Server.Tests.Budgets;

/// <summary>Calls that have given up wait no longer, wherever they stand in the queue.</summary>
public sealed class AbandonedWaitTests
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly ResponseBudget _budget = new(64 * MiB);

    /// <summary>A client that cancels its reads must not keep the reads of others from waiting.</summary>
    [Fact]
    public async Task QueueFullOfCallsThatHaveGivenUp_TakesOthers()
    {
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        ValueTask<bool> first = _budget.WaitAsync(MiB, Long, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        Task<bool>[] abandoned = [.. Enumerable.Range(1, ResponseBudget.WaitersMax - 1).Select(_ => _budget.WaitAsync(MiB, Long, gone.Token).AsTask())];
        await gone.CancelAsync();
        foreach (Task<bool> wait in abandoned)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        }

        Assert.Equal(1, _budget.Waiting);
        ValueTask<bool> next = _budget.WaitAsync(MiB, Long, CancellationToken.None);
        Assert.False(next.IsCompleted);
        Assert.Equal((2, 0L), (_budget.Waiting, _budget.Refused));
        _budget.Return(MiB);
        Assert.True(await first);
        Assert.False(next.IsCompleted);
        _budget.Return(MiB);
        Assert.True(await next);
        Assert.Equal(_budget.LargeBytes, _budget.Held);
    }

    [Fact]
    public async Task CallThatGivesUpInTheMiddle_HoldsNothing_AndTheNextIsServed()
    {
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        ValueTask<bool> first = _budget.WaitAsync(MiB, Long, CancellationToken.None);
        Task<bool> late = _budget.WaitAsync(MiB, TimeSpan.FromMilliseconds(1), CancellationToken.None).AsTask();
        ValueTask<bool> last = _budget.WaitAsync(MiB, Long, CancellationToken.None);
        Assert.False(await late);
        Assert.Equal(1, _budget.Refused);
        _budget.Return(2 * MiB);
        Assert.True(await first);
        Assert.True(await last);
        Assert.Equal(_budget.LargeBytes, _budget.Held);
    }

    [Fact]
    public async Task NoPatience_IsRefused_UnlessThereIsRoom()
    {
        Assert.True(await _budget.WaitAsync(MiB, TimeSpan.FromSeconds(-1), CancellationToken.None));
        Assert.False(await _budget.WaitAsync(_budget.LargeBytes, TimeSpan.FromSeconds(-1), CancellationToken.None));
        Assert.Equal((MiB, 0), (_budget.Held, _budget.Waiting));
    }

    [Fact]
    public async Task Contended_IsABudgetThatRefused_OrThatCallsWaitFor()
    {
        Assert.False(_budget.IsContended);
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        Assert.False(_budget.TryTake(1, large: true));
        Assert.False(_budget.IsContended);
        ValueTask<bool> waiting = _budget.WaitAsync(MiB, Long, CancellationToken.None);
        Assert.True(_budget.IsContended);
        _budget.Return(MiB);
        Assert.False(_budget.IsContended);
        Assert.True(await waiting);
        _budget.Refuse();
        Assert.True(_budget.IsContended);
    }
}
