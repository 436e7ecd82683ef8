using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Budgets;

namespace MetaStore.Server.Tests.Budgets;

public sealed class ResponseBudgetTests
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly ResponseBudget _budget = new(64 * MiB);

    [Fact]
    public void TryTake_Large_LeavesAnEighthToTheSmall()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        Assert.False(_budget.TryTake(1, large: true));
        Assert.True(_budget.TryTake(8 * MiB, large: false));
        Assert.False(_budget.TryTake(1, large: false));
        _budget.Return(64 * MiB);
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task WaitAsync_InOrder_AndNoLargeTakerPasses()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        ValueTask<bool> first = _budget.WaitAsync(40 * MiB, Long, CancellationToken.None);
        ValueTask<bool> second = _budget.WaitAsync(10 * MiB, Long, CancellationToken.None);
        _budget.Return(20 * MiB);
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.False(_budget.TryTake(MiB, large: true));
        Assert.True(_budget.TryTake(MiB, large: false));
        _budget.Return(37 * MiB);
        Assert.True(await first);
        Assert.True(await second);
        Assert.Equal(50 * MiB, _budget.Held);
    }

    [Fact]
    public async Task WaitAsync_OutOfPatience_IsRefusedAndTheNextMovesUp()
    {
        Assert.True(_budget.TryTake(40 * MiB, large: true));
        ValueTask<bool> first = _budget.WaitAsync(50 * MiB, TimeSpan.FromMilliseconds(50), CancellationToken.None);
        ValueTask<bool> second = _budget.WaitAsync(10 * MiB, Long, CancellationToken.None);
        Assert.False(await first);
        Assert.True(await second);
        Assert.Equal(1, _budget.Refused);
        Assert.True(_budget.IsContended);
    }

    [Fact]
    public async Task WaitAsync_CallerGone_LeavesTheQueue()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        using var gone = new CancellationTokenSource();
        ValueTask<bool> waiting = _budget.WaitAsync(MiB, Long, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        _budget.Return(56 * MiB);
        Assert.Equal(0, _budget.Held);
        Assert.True(_budget.TryTake(MiB, large: true));
    }

    [Fact]
    public async Task WaitAsync_MoreThanMayWait_IsRefusedAtOnce()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        ValueTask<bool>[] waiting = [.. Enumerable.Range(0, ResponseBudget.WaitersMax).Select(_ => _budget.WaitAsync(MiB, Long, CancellationToken.None))];
        Assert.False(await _budget.WaitAsync(MiB, Long, CancellationToken.None));
        Assert.Equal(ResponseBudget.WaitersMax, _budget.Waiting);
        for (int i = 0; i < ResponseBudget.WaitersMax + 56; i++)
        {
            _budget.Return(MiB);
        }

        foreach (ValueTask<bool> wait in waiting)
        {
            Assert.True(await wait);
        }

        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task Read_AgainstAFullBudget_StartsAgainWhenThereIsRoom()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        var room = new ResponseRoom(_budget, Long);
        var context = new LocalCallContext("test").Call;
        int reads = 0;
        ValueTask<string> reading = room.ReadAsync<string>(
            context,
            share =>
            {
                reads++;
                for (int pair = 0; pair < 10 && share.TryTake(MiB); pair++)
                {
                }

                return share.IsClosed ? null : "read";
            });
        Assert.False(reading.IsCompleted);
        _budget.Return(56 * MiB);
        Assert.Equal("read", await reading);
        Assert.InRange(reads, 2, 5);
        Assert.InRange(_budget.Held, 20 * MiB, 48 * MiB);
        context.ReleaseHold();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task Read_LargerThanAnythingThatCanBeSent_FailsWithGrpcsText()
    {
        var room = new ResponseRoom(_budget, Long);
        var context = new LocalCallContext("test").Call;
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            async () => await room.ReadAsync(context, share => share.TryTake(29 * MiB) ? "read" : null));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal($"grpc: trying to send message larger than max ({29 * MiB} vs. {28 * MiB})", refused.Status.Detail);
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task Read_WithoutRoomUntilTheDeadline_IsRefusedWithEtcdsText()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        var room = new ResponseRoom(_budget, TimeSpan.FromMilliseconds(50));
        var context = new LocalCallContext("test").Call;
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            async () => await room.ReadAsync(context, share => share.TryTake(10 * MiB) ? "read" : null));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "etcdserver: too many requests"), refused.Status);
        Assert.Equal(56 * MiB, _budget.Held);
    }

    [Fact]
    public async Task Read_Small_NeverWaitsForLargeOnes()
    {
        Assert.True(_budget.TryTake(56 * MiB, large: true));
        var room = new ResponseRoom(_budget, TimeSpan.Zero);
        var context = new LocalCallContext("test").Call;
        Assert.Equal("read", await room.ReadAsync(context, share => share.TryTake(MiB / 2) ? "read" : null));
        context.ReleaseHold();
        Assert.Equal(56 * MiB, _budget.Held);
    }

    [Fact]
    public void Share_OfAFewBytes_TakesNothing()
    {
        var share = new ResponseShare(_budget, mayWait: true);
        Assert.True(share.TryTake(10_000));
        Assert.False(share.HoldsRoom);
        Assert.Equal(0, _budget.Held);
    }
}
