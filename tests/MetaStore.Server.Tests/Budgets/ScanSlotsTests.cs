using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Budgets;

namespace MetaStore.Server.Tests.Budgets;

public sealed class ScanSlotsTests
{
    private readonly ScanSlots _slots = new(slots: 1);
    private readonly ConnectionCredits _one = new();
    private readonly ConnectionCredits _other = new();

    [Fact]
    public async Task EnterAsync_SlotTaken_WaitsUntilItIsFree()
    {
        ScanSlot first = await EnterAsync(_one);
        Task<ScanSlot> second = EnterAsync(_other);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        (await EnterAsync(_one)).Dispose();
    }

    /// <summary>Scans of one connection do not wait in front of that of another.</summary>
    [Fact]
    public async Task EnterAsync_ManyOfOneConnection_AnotherWaitsForTheRunningOneOnly()
    {
        ScanSlot first = await EnterAsync(_one);
        Task<ScanSlot>[] more = [EnterAsync(_one), EnterAsync(_one), EnterAsync(_one)];
        Task<ScanSlot> others = EnterAsync(_other);
        first.Dispose();
        ScanSlot next = await others;
        Assert.All(more, wait => Assert.False(wait.IsCompleted));
        next.Dispose();
        foreach (Task<ScanSlot> wait in more)
        {
            (await wait).Dispose();
        }
    }

    [Fact]
    public async Task WaitOutsideAsync_OthersRunMeanwhile()
    {
        ScanSlot first = await EnterAsync(_one);
        var reading = new TaskCompletionSource();
        Task outside = first.WaitOutsideAsync(reading.Task, CancellationToken.None);
        ScanSlot second = await EnterAsync(_other);
        reading.SetResult();
        Assert.False(outside.IsCompleted);
        second.Dispose();
        await outside;
        first.Dispose();
        (await EnterAsync(_other)).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnterAsync_Cancelled_LeavesNoPlaceTaken(bool sameConnection)
    {
        using var stop = new CancellationTokenSource();
        ScanSlot first = await EnterAsync(_one);
        Task<ScanSlot> cancelled = _slots.EnterAsync(sameConnection ? _one : _other, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        first.Dispose();
        (await EnterAsync(_one)).Dispose();
        (await EnterAsync(_other)).Dispose();
    }

    [Fact]
    public async Task Dispose_WhileOutside_GivesNoSecondSlot()
    {
        ScanSlot first = await EnterAsync(_one);
        using var stop = new CancellationTokenSource();
        Task outside = first.WaitOutsideAsync(new TaskCompletionSource().Task.WaitAsync(stop.Token), CancellationToken.None);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outside);
        first.Dispose();
        using ScanSlot second = await EnterAsync(_one);
        Assert.False(EnterAsync(_other).IsCompleted);
    }

    /// <summary>The client may take its time for the rest; its connection does not get another scan meanwhile.</summary>
    [Fact]
    public async Task Leave_FreesTheSlotOnce_AndNotThePlaceOfTheConnection()
    {
        ScanSlot first = await EnterAsync(_one);
        first.Leave();
        ScanSlot second = await EnterAsync(_other);
        Task<ScanSlot> again = EnterAsync(_one);
        first.Dispose();
        Assert.False(again.IsCompleted);
        second.Dispose();
        (await again).Dispose();
    }

    private Task<ScanSlot> EnterAsync(ConnectionCredits connection) => _slots.EnterAsync(connection, CancellationToken.None);
}
