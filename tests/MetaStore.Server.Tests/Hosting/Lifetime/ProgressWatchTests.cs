using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Hosting.Lifetime;

public sealed class ProgressWatchTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private long _turns;
    private long _steps;
    private bool _isIdle = true;

    [Fact]
    public void Look_BothGetOn_IsWell()
    {
        ProgressWatch watch = Watch();
        Assert.True(watch.Look());
        Pass(TimeSpan.FromSeconds(10), turns: 100);
        Assert.True(watch.Look());
    }

    [Fact]
    public void Look_RaftThreadStands_IsNotWell_UntilItTurnsAgain()
    {
        ProgressWatch watch = Watch();
        watch.Look();
        Pass(TimeSpan.FromSeconds(10), turns: 0);
        Assert.False(watch.Look());
        Pass(TimeSpan.FromSeconds(10), turns: 1);
        Assert.True(watch.Look());
    }

    [Fact]
    public void Look_MoreOftenThanTicks_IsWell()
    {
        ProgressWatch watch = Watch();
        watch.Look();
        Pass(TimeSpan.FromMilliseconds(50), turns: 0);
        Assert.True(watch.Look());
    }

    [Fact]
    public void Look_ApplyLoopHasWorkAndStands_IsNotWell()
    {
        ProgressWatch watch = Watch();
        _isIdle = false;
        _steps = 7;
        Assert.True(watch.Look());
        Pass(TimeSpan.FromSeconds(10), turns: 100);
        Assert.False(watch.Look());
        _steps++;
        Pass(TimeSpan.FromSeconds(10), turns: 100);
        Assert.True(watch.Look());
    }

    private ProgressWatch Watch() => new(() => _turns, Tick, () => _steps, () => _isIdle, _time);

    private void Pass(TimeSpan time, long turns)
    {
        _time.Advance(time);
        _turns += turns;
    }
}
