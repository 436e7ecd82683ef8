using Grpc.Core;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;

namespace MetaStore.Server.Tests.Budgets;

/// <summary>What one response takes of the budget, from its first pair to its last byte.</summary>
public sealed class ResponseShareTests
{
    private const long KiB = 1 << 10;
    private const long MiB = 1 << 20;

    private readonly ResponseBudget _budget = new(64 * MiB);

    [Fact]
    public void Steps_AreSmallForSmallResponses_AndLargeForLargeOnes()
    {
        var share = new ResponseShare(_budget, mayWait: true, costPerByte: 1);
        Assert.True(share.TryTake(ResponseShare.FreeBytes));
        Assert.Equal(256 * KiB, _budget.Held);
        Assert.True(share.TryTake(100 * KiB));
        Assert.Equal(256 * KiB, _budget.Held);
        Assert.True(share.TryTake(100 * KiB));
        Assert.Equal(512 * KiB, _budget.Held);
        Assert.True(share.TryTake(2 * MiB));
        Assert.Equal((512 * KiB) + (2 * MiB), _budget.Held);
        share.Dispose();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void Dispose_Twice_ReturnsOnce()
    {
        var share = new ResponseShare(_budget, mayWait: true);
        Assert.True(share.TryTake(MiB));
        Assert.True(share.HoldsRoom);
        share.Dispose();
        share.Dispose();
        Assert.Equal((0L, false), (_budget.Held, share.HoldsRoom));
    }

    [Fact]
    public void ClosedShare_TakesNothingMore_UntilItIsReset()
    {
        Assert.True(_budget.TryTake(_budget.Bytes, large: false));
        var share = new ResponseShare(_budget, mayWait: true);
        Assert.False(share.TryTake(MiB));
        _budget.Return(_budget.Bytes);
        Assert.False(share.TryTake(1));
        share.Reset();
        Assert.True(share.TryTake(MiB));
    }

    /// <summary>It cannot be repeated, so it may use what is left for small responses.</summary>
    [Fact]
    public void ResponseToAnAppliedCommand_UsesThePartOfTheSmallOnes()
    {
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        Assert.False(new ResponseShare(_budget, mayWait: true).TryTake(2 * MiB));
        ResponseShare applied = _budget.OpenForApplied();
        Assert.True(applied.TryTake(2 * MiB));
        applied.Dispose();
        Assert.Equal(_budget.LargeBytes, _budget.Held);
    }

    [Theory]
    [InlineData(1, 56)]
    [InlineData(2, 28)]
    [InlineData(10, 5.6)]
    public void LargestResponse_IsTheLargePartDividedByItsCopies(int copies, double expected)
    {
        var share = new ResponseShare(_budget, mayWait: true, copies);
        Assert.Equal((long)(expected * MiB), share.BytesMax);
        Assert.False(share.TryTake(share.BytesMax + 1));
        Assert.True(share.IsTooLarge);
        Assert.Equal(
            new Status(StatusCode.ResourceExhausted, $"grpc: trying to send message larger than max ({share.BytesMax + 1} vs. {share.BytesMax})"), share.TooLarge());
    }

    [Fact]
    public void LargestResponse_OfAHugeBudget_IsGrpcs() => Assert.Equal(int.MaxValue, new ResponseShare(new ResponseBudget(1L << 50), mayWait: true).BytesMax);

    [Fact]
    public void OnSending_KeepsOneCopyOnly()
    {
        var share = new ResponseShare(_budget, mayWait: true, costPerByte: 4);
        Assert.True(share.TryTake(2 * MiB));
        long held = _budget.Held;
        Assert.InRange(held, 8 * MiB, 10 * MiB);
        share.OnSending();
        Assert.Equal(held / 4, _budget.Held);
        Assert.False(share.IsOverdue);
        share.Dispose();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void TryRaise_TakesTheDifference_AndNothingForLessOrEqual()
    {
        var share = new ResponseShare(_budget, mayWait: false, costPerByte: 2);
        Assert.True(share.TryTake(MiB));
        long held = _budget.Held;
        Assert.True(share.TryRaise(2));
        Assert.True(share.TryRaise(1));
        Assert.Equal(held, _budget.Held);
        Assert.True(share.TryRaise(10));
        Assert.InRange(_budget.Held, 10 * MiB, 13 * MiB);
        Assert.Equal(_budget.LargeBytes / 10, share.BytesMax);
        Assert.False(share.TryRaise(100));
    }

    [Fact]
    public async Task ReopenAsync_OfASmallResponse_IsRefusedAtOnce()
    {
        Assert.True(_budget.TryTake(_budget.Bytes, large: false));
        var share = new ResponseShare(_budget, mayWait: true);
        Assert.False(share.TryTake(100 * KiB));
        Status status = await share.ReopenAsync(new LocalCallContext("test").Call, TimeSpan.FromSeconds(30));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "etcdserver: too many requests"), status);
        Assert.Equal((1L, 0), (_budget.Refused, _budget.Waiting));
    }

    /// <summary>The client's deadline ends the wait before the patience of the server does.</summary>
    [Fact]
    public async Task ReopenAsync_TimeoutOfTheCall_IsTheLongestWait()
    {
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        var share = new ResponseShare(_budget, mayWait: true);
        Assert.False(share.TryTake(10 * MiB));
        ServerCall call = new LocalCallContext("test", timeout: TimeSpan.Zero).Call;
        Assert.Equal(StatusCode.ResourceExhausted, (await share.ReopenAsync(call, TimeSpan.FromDays(1)).AsTask().WaitAsync(TimeSpan.FromSeconds(20))).StatusCode);
        Assert.Equal(_budget.LargeBytes, _budget.Held);
    }

    [Fact]
    public async Task ReopenAsync_WaitsForTwiceTheCost_AndNeverForMoreThanThereIs()
    {
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        var share = new ResponseShare(_budget, mayWait: true, costPerByte: 1);
        Assert.False(share.TryTake(40 * MiB));
        ValueTask<Status> reopening = share.ReopenAsync(new LocalCallContext("test").Call, TimeSpan.FromSeconds(30));
        Assert.False(reopening.IsCompleted);
        _budget.Return(_budget.LargeBytes);
        Assert.Equal(StatusCode.OK, (await reopening).StatusCode);
        Assert.Equal((_budget.LargeBytes, 0L, false), (_budget.Held, share.Bytes, share.IsClosed));
    }
}
