using MetaStore.IO;
using MetaStore.Server.Apply;
using MetaStore.Server.Reads;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Reads;

public sealed class AppliedIndexWaiterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly CompletionBatchPool _released = new(BackgroundWork.ThreadPool);
    private readonly AppliedIndexWaiter _readers;

    public AppliedIndexWaiterTests() => _readers = new AppliedIndexWaiter(_time);

    [Fact]
    public async Task AppliedIndex_NeedsNoWait()
    {
        _readers.Advance(5, _released);
        Assert.Equal(5ul, _readers.Applied);
        Assert.True(await _readers.WaitAsync(5, Patience));
    }

    [Fact]
    public async Task LaterIndex_IsReadableOnceItIsApplied_OthersGoOnWaiting()
    {
        Task<bool> five = _readers.WaitAsync(5, Patience).AsTask();
        Task<bool> six = _readers.WaitAsync(6, Patience).AsTask();
        _readers.Advance(5, _released);
        Assert.False(five.IsCompleted);
        _released.Dispatch();
        Assert.True(await five.WaitAsync(Limit));
        Assert.False(six.IsCompleted);
        _readers.Advance(7, _released);
        _released.Dispatch();
        Assert.True(await six.WaitAsync(Limit));
    }

    [Fact]
    public async Task Wait_EndsAtItsDeadline_AndIsNotReleasedLater()
    {
        Task<bool> wait = _readers.WaitAsync(5, Patience).AsTask();
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        _readers.Sweep(_time.GetTimestamp());
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _readers.Sweep(_time.GetTimestamp());
        Assert.False(await wait.WaitAsync(Limit));
        _readers.Advance(5, _released);
        _released.Dispatch();
    }

    [Fact]
    public async Task AppliedWait_IsUsedAgain_AfterItsResultWasTaken()
    {
        var wait = new AppliedWait(_readers);
        for (ulong index = 1; index <= 3; index++)
        {
            wait.Begin(index, deadlineAt: 10);
            ValueTask<bool> task = wait.Task;
            wait.Reached = index != 2;
            wait.Complete();
            Assert.Equal(index != 2, await task);
        }
    }
}
