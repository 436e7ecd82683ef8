using MetaStore.Server.Watch;
using MetaStore.Server.Watch.Sending;
using MetaStore.StateMachine.Watch;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Watch;

/// <summary>History is read only while the queued bytes are below the bound; a round is always possible when nothing is queued.</summary>
public sealed class HistoryGateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly WatchBudget _budget = new(long.MaxValue);

    [Fact]
    public void BelowTheBound_NoneWaits()
    {
        var gate = new HistoryGate(_budget, 0);
        _budget.Take(CatchUp.RoundBytes);
        Assert.True(gate.EnterAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.False(gate.IsContended);
    }

    [Fact]
    public async Task AboveTheBound_WaitsUntilBytesAreSent()
    {
        var gate = new HistoryGate(_budget, CatchUp.RoundBytes);
        _budget.Take(CatchUp.RoundBytes + 1);
        Task entering = gate.EnterAsync(CancellationToken.None).AsTask();
        Assert.False(entering.IsCompleted);
        Assert.True(gate.IsContended);
        _budget.Return(1);
        await entering.WaitAsync(Limit);
        Assert.False(gate.IsContended);
    }

    [Fact]
    public async Task StreamThatEnds_StopsWaiting()
    {
        var gate = new HistoryGate(_budget, 0);
        _budget.Take(CatchUp.RoundBytes + 1);
        using var stop = new CancellationTokenSource();
        Task entering = gate.EnterAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering.WaitAsync(Limit));
        await Eventually.TrueAsync(() => !gate.IsContended, Limit, () => "it still counts as waiting");
    }
}
