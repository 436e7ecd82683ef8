using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Calls;

/// <summary>What a call holds until its response is sent, and how a call of this process shows itself to a service.</summary>
public sealed class ServerCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private int _aborts;

    public static TheoryData<Exception, StatusCode, string> Failures => new()
    {
        { new RpcException(new Status(StatusCode.NotFound, "why")), StatusCode.NotFound, "why" },
        { new OperationCanceledException(), StatusCode.Cancelled, "context canceled" },
        { new TaskCanceledException(), StatusCode.Cancelled, "context canceled" },
        { new InvalidOperationException("a secret path"), StatusCode.Unknown, "internal error: see the log of the server" },
    };

    [Fact]
    public void Hold_ThatTakesThePlaceOfAnother_ReleasesIt()
    {
        ServerCall call = Call();
        Hold first = new(), second = new();
        call.HoldUntilSent(first);
        call.HoldUntilSent(second);
        Assert.Equal((1, 0, true), (first.Disposals, second.Disposals, call.HoldsResponse));
        call.ReleaseHold();
        call.ReleaseHold();
        Assert.Equal((1, 1, false), (first.Disposals, second.Disposals, call.HoldsResponse));
    }

    [Fact]
    public async Task ResponseThatIsSentAtOnce_DoesNotCountAsSending()
    {
        ServerCall call = Call();
        var hold = new Hold();
        call.HoldUntilSent(hold);
        await call.WhileSendingAsync(ValueTask.CompletedTask);
        Assert.Equal((0, 0), (hold.Sendings, hold.Disposals));
    }

    [Fact]
    public async Task WaitForOneOfSeveralMessages_KeepsTheHold()
    {
        ServerCall call = Call();
        var hold = new Hold();
        call.HoldUntilSent(hold);
        var sent = new TaskCompletionSource();
        Task waiting = call.WhileSendingAsync(new ValueTask(sent.Task)).AsTask();
        Assert.Equal(1, hold.Sendings);
        sent.SetResult();
        await waiting.WaitAsync(Limit);
        Assert.Equal(0, hold.Disposals);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EndOfSending_ReleasesTheHold_AlsoWhenItFails(bool fails)
    {
        ServerCall call = Call();
        var hold = new Hold();
        call.HoldUntilSent(hold);
        var sent = new TaskCompletionSource();
        Task waiting = call.ReleaseWhenAsync(new ValueTask(sent.Task)).AsTask();
        Assert.Equal(0, hold.Disposals);
        if (fails)
        {
            sent.SetException(new IOException("reset"));
            await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Limit));
        }
        else
        {
            sent.SetResult();
            await waiting.WaitAsync(Limit);
        }

        Assert.Equal(1, hold.Disposals);
    }

    [Fact]
    public async Task ClientThatIsTooSlow_IsAborted_WhenOthersWait()
    {
        ServerCall call = Call();
        call.HoldUntilSent(new Hold { IsOverdue = true });
        var sent = new TaskCompletionSource();
        Task waiting = call.ReleaseWhenAsync(new ValueTask(sent.Task)).AsTask();
        await Eventually.TrueAsync(() => Volatile.Read(ref _aborts) > 0, Limit, () => "the call goes on");
        Assert.False(waiting.IsCompleted);
        sent.SetException(new IOException("aborted"));
        await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Limit));
        Assert.Equal(1, _aborts);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Failure_HasAStatus_WithoutItsCause(Exception failure, StatusCode code, string text)
    {
        Status status = Call().StatusOf(failure);
        Assert.Equal((code, text), (status.StatusCode, status.Detail));
    }

    [Fact]
    public void LocalCall_ShowsWhatItsContextHas()
    {
        var credits = new ConnectionCredits();
        using var stop = new CancellationTokenSource();
        var context = new LocalCallContext("/a/B", new Metadata { { "name", "value" } }, "10.0.0.1:5", TimeSpan.FromSeconds(3), stop.Token)
        {
            Credits = credits,
            CommonName = "alice",
            Copies = 5,
        };
        ServerCall call = ServerCall.Of(context);
        Assert.Equal(("/a/B", "10.0.0.1:5", "alice", 5), (call.Method, call.Peer, call.CommonName, call.ResponseCopies));
        Assert.Equal((TimeSpan.FromSeconds(3), stop.Token, "value", null), (call.Timeout, call.CancellationToken, call.RequestHeader("name"), call.RequestHeader("other")));
        Assert.Same(credits, call.Credits);
        Assert.Equal(("/a/B", "10.0.0.1:5", stop.Token), (context.Method, context.Peer, context.CancellationToken));
        context.ResponseTrailers.Add("t", "1");
        Assert.Equal("1", Assert.Single(context.ResponseTrailers).Value);
    }

    [Fact]
    public void LocalCall_WithoutACaller_HasCreditsOfItsOwn_AndNoAbort()
    {
        LocalCallContext one = new("test"), other = new("test");
        Assert.Same(one.Call.Credits, one.Credits);
        Assert.NotSame(one.Credits, other.Credits);
        one.Call.Abort();
        Assert.True(one.Call.TryOpenOperation());
    }

    private ServerCall Call() => new LocalCallContext("test") { OnAbort = () => Interlocked.Increment(ref _aborts) }.Call;

    private sealed class Hold : IResponseHold
    {
        public bool IsOverdue { get; init; }

        public int Sendings { get; private set; }

        public int Disposals { get; private set; }

        public void OnSending() => Sendings++;

        public void Dispose() => Disposals++;
    }
}
