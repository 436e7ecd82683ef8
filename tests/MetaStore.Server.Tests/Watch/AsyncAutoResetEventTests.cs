using MetaStore.Server.Watch;

namespace MetaStore.Server.Tests.Watch;

public sealed class AsyncAutoResetEventTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly AsyncAutoResetEvent _signal = new();

    [Fact]
    public async Task Signal_BeforeTheWait_IsKept_AndUsedUpByIt()
    {
        _signal.Set();
        _signal.Set();
        Assert.True(_signal.WaitAsync().AsTask().IsCompletedSuccessfully);
        Task second = _signal.WaitAsync().AsTask();
        Assert.False(second.IsCompleted);
        _signal.Set();
        await second.WaitAsync(Limit);
    }

    [Fact]
    public async Task Waiter_DoesNotContinueInsideSet()
    {
        int setter = 0, waiter = 0;
        Task waiting = WaitAsync();
        await Task.Factory.StartNew(
            () =>
            {
                setter = Environment.CurrentManagedThreadId;
                _signal.Set();
            }, TaskCreationOptions.LongRunning);
        await waiting.WaitAsync(Limit);
        Assert.NotEqual(setter, waiter);

        async Task WaitAsync()
        {
            await _signal.WaitAsync();
            waiter = Environment.CurrentManagedThreadId;
        }
    }

    /// <summary>What is written before Set is seen after the wait, and the last signal is never lost.</summary>
    [Fact]
    public async Task ManySignals_NoneIsLost()
    {
        const int last = 20_000;
        int written = 0;
        Task reading = Task.Run(async () =>
        {
            while (Volatile.Read(ref written) < last)
            {
                await _signal.WaitAsync();
            }
        });
        await Task.Run(() =>
        {
            for (int i = 1; i <= last; i++)
            {
                Volatile.Write(ref written, i);
                _signal.Set();
            }
        });
        await reading.WaitAsync(Limit);
    }
}
