using MetaStore.IO;
using MetaStore.Server.Apply;
using MetaStore.Server.Reads;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Reads;

/// <summary>A read is linearizable when its round is confirmed and the state has applied up to the index of the round; each failure has its own error.</summary>
public sealed class ReadDispatcherTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    private readonly FakeTimeProvider _time = new();
    private readonly SteppedNode _node;
    private readonly AppliedIndexWaiter _applied;
    private readonly CompletionBatchPool _released = new(BackgroundWork.ThreadPool);
    private readonly ReadDispatcher _reads;

    public ReadDispatcherTests()
    {
        _node = new SteppedNode(_time, 1);
        _applied = new AppliedIndexWaiter(_time);
        _reads = new ReadDispatcher(_node.Node, _applied, Patience, _time);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Confirmed_AndApplied_MayRead()
    {
        _node.Lead();
        Apply(_node.Node.Progress.Committed);
        Task<ServerError> reading = _reads.ConfirmAsync().AsTask();
        _node.Run();
        Assert.Equal(ServerError.None, await reading.WaitAsync(Limit));
        Assert.Equal(0, _reads.Failed);
    }

    [Fact]
    public async Task Confirmed_AndNotApplied_WaitsForTheIndex()
    {
        _node.Lead();
        ulong index = _node.Node.Progress.Committed;
        Apply(index - 1);
        Task<ServerError> reading = _reads.ConfirmAsync().AsTask();
        _node.Run();
        Assert.False(reading.IsCompleted);
        Apply(index);
        Assert.Equal(ServerError.None, await reading.WaitAsync(Limit));
    }

    [Fact]
    public async Task Confirmed_AndNotAppliedInTime_IsEtcdsTimeoutOfTheApply()
    {
        _node.Lead();
        Task<ServerError> reading = _reads.ConfirmAsync().AsTask();
        _node.Run();
        await Eventually.TrueAsync(
            () =>
            {
                // The read joins the waiters on a thread of the pool.
                _applied.Sweep(_time.GetTimestamp() + _time.TimestampsIn(Patience));
                return reading.IsCompleted;
            }, Limit, () => "the read still waits");
        Assert.Equal(ServerError.TimeoutWaitingForApply, await reading);
        Assert.Equal(0, _reads.Failed);
    }

    [Fact]
    public async Task WithoutALeader_TimesOut_AndIsCounted()
    {
        using SteppedNode alone = new(_time, 1, 2, 3);
        var reads = new ReadDispatcher(alone.Node, _applied, Patience, _time);
        Task<ServerError> reading = reads.ConfirmAsync().AsTask();
        for (int tick = 0; tick < 200 && !reading.IsCompleted; tick++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.True(alone.Node.RunOnce());
        }

        Assert.Equal(ServerError.Timeout, await reading.WaitAsync(Limit));
        Assert.Equal(1, reads.Failed);
    }

    [Fact]
    public async Task StoppedNode_SaysSo()
    {
        Task<ServerError> reading = _reads.ConfirmAsync().AsTask();
        _node.Dispose();
        Assert.Equal(ServerError.Stopped, await reading.WaitAsync(Limit));
        Assert.Equal(ServerError.Stopped, await _reads.ConfirmAsync().AsTask().WaitAsync(Limit));
        Assert.Equal(2, _reads.Failed);
    }

    private void Apply(ulong index)
    {
        _applied.Advance(index, _released);
        _released.Dispatch();
    }
}
