using Grpc.Core;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Proposals;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Tests.Budgets;

/// <summary>Responses that exist already, and those of applied commands: they hold what they cost, or the call fails and nothing stays held.</summary>
public sealed class ResponseRoomTests
{
    private const long MiB = 1 << 20;

    private readonly ResponseBudget _budget = new(64 * MiB);
    private readonly ResponseRoom _room;
    private readonly ServerCall _call = new LocalCallContext("test").Call;

    public ResponseRoomTests() => _room = new ResponseRoom(_budget, TimeSpan.Zero);

    [Fact]
    public void Hold_LargeResponse_IsHeldUntilTheCallReleasesIt()
    {
        _room.Hold(_call, MiB);
        Assert.True(_call.HoldsResponse);
        Assert.InRange(_budget.Held, 2 * MiB, 5 * MiB);
        _call.ReleaseHold();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void Hold_ResponseOfAFewBytes_HoldsNothing()
    {
        _room.Hold(_call, 1000);
        Assert.False(_call.HoldsResponse);
    }

    [Theory]
    [InlineData(10, "etcdserver: too many requests")]
    [InlineData(40, "grpc: trying to send message larger than max (41943040 vs. 29360128)")]
    public void Hold_WithoutRoom_SaysWhetherTryingAgainHelps(int mebibytes, string text)
    {
        Assert.True(_budget.TryTake(_budget.LargeBytes, large: true));
        RpcException refused = Assert.Throws<RpcException>(() => _room.Hold(_call, mebibytes * MiB));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, text), refused.Status);
        Assert.Equal((1L, _budget.LargeBytes, false), (_budget.Refused, _budget.Held, _call.HoldsResponse));
    }

    [Fact]
    public void HoldOfAnOutcome_WithoutAShare_IsNothing()
    {
        _room.Hold(_call, new ProposalOutcome(ServerError.None, new CommandResult()));
        Assert.False(_call.HoldsResponse);
    }

    [Fact]
    public void HoldOfAnOutcome_TakesItsShareOver()
    {
        _room.Hold(_call, OutcomeOf(MiB, isDropped: false));
        Assert.True(_call.HoldsResponse);
        _call.ReleaseHold();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void HoldOfAnOutcome_WhoseAnswerWasDropped_FailsTheCall_AndReturnsTheShare()
    {
        RpcException refused = Assert.Throws<RpcException>(() => _room.Hold(_call, OutcomeOf(MiB, isDropped: true)));
        Assert.Equal(new Status(StatusCode.ResourceExhausted, "grpc: trying to send message larger than max (1048576 vs. 1048575)"), refused.Status);
        Assert.Equal((0L, 1L), (_budget.Held, _budget.Refused));
    }

    /// <summary>Over the gateway a response costs more than the apply loop has taken for it.</summary>
    [Fact]
    public void HoldOfAnOutcome_ForACallWithMoreCopies_TakesTheDifference()
    {
        ServerCall json = new LocalCallContext("test") { Copies = 10 }.Call;
        _room.Hold(json, OutcomeOf(MiB, isDropped: false));
        Assert.InRange(_budget.Held, 10 * MiB, 13 * MiB);
        json.ReleaseHold();
        Assert.Equal(0, _budget.Held);
        Assert.Throws<RpcException>(() => _room.Hold(json, OutcomeOf(10 * MiB, isDropped: false)));
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task ReadAsync_ThatThrows_ReturnsWhatItHeld()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _room.ReadAsync<string>(_call, share =>
        {
            Assert.True(share.TryTake(MiB));
            Assert.NotEqual(0, _budget.Held);
            throw new InvalidOperationException();
        }));
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task ReserveAsync_WithRoom_TakesAtOnce_AndFailsWithoutPatience()
    {
        ResponseShare share = _room.Open(_call);
        await _room.ReserveAsync(share, 10 * MiB, _call);
        Assert.InRange(_budget.Held, 20 * MiB, 23 * MiB);
        ResponseShare other = _room.Open(_call);
        await Assert.ThrowsAsync<RpcException>(async () => await _room.ReserveAsync(other, 20 * MiB, _call));
        share.Dispose();
        Assert.Equal(0, _budget.Held);
    }

    private ProposalOutcome OutcomeOf(long bytes, bool isDropped)
    {
        ResponseShare share = _budget.OpenForApplied();
        Assert.True(share.TryTake(bytes));
        return new ProposalOutcome(ServerError.None, new CommandResult { AnswerDropped = isDropped }) { Share = share };
    }
}
