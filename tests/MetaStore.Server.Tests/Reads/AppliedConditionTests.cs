using MetaStore.IO;
using MetaStore.Server.Apply;
using MetaStore.Server.Reads;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Reads;

/// <summary>A wait for a condition on the applied state: it is asked again after each entry, and no entry is missed.</summary>
public sealed class AppliedConditionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly CompletionBatchPool _released = new(BackgroundWork.ThreadPool);
    private readonly AppliedIndexWaiter _readers;
    private int _asked;

    public AppliedConditionTests() => _readers = new AppliedIndexWaiter(_time);

    [Fact]
    public async Task ConditionThatHolds_IsAskedOnce_AndNothingIsWaitedFor()
    {
        await WaitAsync(() => true).WaitAsync(Limit);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task EachEntry_AsksAgain_UntilItHolds()
    {
        bool holds = false;
        Task waiting = WaitAsync(() => holds);
        Apply(1);
        await Eventually.TrueAsync(() => _asked == 2, Limit, () => $"asked {_asked} times");
        Assert.False(waiting.IsCompleted);
        holds = true;
        Apply(2);
        await waiting.WaitAsync(Limit);
    }

    /// <summary>The entry that makes it true is applied while it is asked: there may be no other for a long time.</summary>
    [Fact]
    public async Task EntryAppliedWhileTheConditionIsAsked_IsNotMissed()
    {
        await WaitAsync(() =>
        {
            bool held = _readers.Applied == 1;
            Apply(1);
            return held;
        }).WaitAsync(Limit);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Deadline_EndsTheWait_HoweverMuchIsApplied()
    {
        Task waiting = WaitAsync(() => false);
        Apply(1);
        await Eventually.TrueAsync(() => _asked == 2, Limit, () => $"asked {_asked} times");
        _time.Advance(Patience);
        await Eventually.TrueAsync(
            () =>
            {
                // The second wait joins the others on a thread of the pool.
                _readers.Sweep(_time.GetTimestamp());
                return waiting.IsCompleted;
            },
            Limit, () => "it still waits");
        await waiting;
    }

    private Task WaitAsync(Func<bool> holds) => _readers.WaitUntilAsync(
        () =>
        {
            _asked++;
            return holds();
        },
        Patience).AsTask();

    private void Apply(ulong index)
    {
        _readers.Advance(index, _released);
        _released.Dispatch();
    }
}
