using MetaStore.Raft.Runtime.Background;
using MetaStore.Testing;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Tests;

/// <summary>Background work that fails is logged and continues.</summary>
public sealed class SupervisedTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lines _lines = new();
    private int _turns;

    public void Dispose() => _stop.Dispose();

    [Fact]
    public void Timer_ThatFails_IsLoggedAndTicksAgain()
    {
        using var timer = new SupervisedTimer("sweeper", TimeSpan.FromSeconds(1), Fail, _lines, _time);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, _turns);
        Assert.Equal(3, _lines.Count);
        Assert.Contains("sweeper", _lines.Last, StringComparison.Ordinal);
        Assert.Equal("planted", _lines.LastFailure?.Message);
    }

    [Fact]
    public void Timer_WhoseTickLasts_IsNotEnteredTwice()
    {
        using var timer = new SupervisedTimer(
            "slow", TimeSpan.FromSeconds(1),
            () =>
            {
                if (++_turns == 1)
                {
                    _time.Advance(TimeSpan.FromSeconds(2));
                    Assert.Equal(1, _turns);
                }
            },
            _lines, _time);
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(2, _turns);
        Assert.Equal(0, _lines.Count);
    }

    [Fact]
    public async Task Loop_ThatFails_BeginsAgainAfterPausesThatGrow_AndEndsWhenStopped()
    {
        Task running = SupervisedLoop.RunAsync("lanes", _ => throw Planted(), _lines, _time, _stop.Token);
        foreach (int pause in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            int before = _lines.Count;
            Assert.Contains($"in {pause} s", _lines.Last, StringComparison.Ordinal);
            await PassAsync(TimeSpan.FromSeconds(pause), () => _lines.Count == before + 1);
        }

        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Loop_ThatReturns_IsDone_AndOneThatIsCanceledIsNoFailure()
    {
        await SupervisedLoop.RunAsync("once", _ => Task.CompletedTask, _lines, _time, _stop.Token);
        Task waiting = SupervisedLoop.RunAsync("waits", stop => Task.Delay(Timeout.Infinite, stop), _lines, _time, _stop.Token);
        await _stop.CancelAsync();
        await waiting;
        Assert.Equal(0, _lines.Count);
    }

    [Fact]
    public async Task Every_ATurnThatFails_IsLogged_AndTheNextComes()
    {
        Task running = SupervisedLoop.EveryAsync(
            "check", TimeSpan.FromMinutes(1),
            _ =>
            {
                Fail();
                return Task.CompletedTask;
            },
            _lines, _time, _stop.Token);
        await PassAsync(TimeSpan.FromMinutes(1), () => _lines.Count == 1);
        await PassAsync(TimeSpan.FromMinutes(1), () => _lines.Count == 2);
        await _stop.CancelAsync();
        await running;
        Assert.Equal(2, _turns);
    }

    [Fact]
    public async Task Task_ThatFails_IsLogged_AndACanceledOneIsNot()
    {
        SupervisedTask.Observe("canceled", Task.FromCanceled(new CancellationToken(canceled: true)), _lines);
        SupervisedTask.Observe("failed", Task.FromException(Planted()), _lines);
        await Eventually.TrueAsync(() => _lines.Count == 1, Patience, () => "the failure is logged");
        Assert.Contains("failed", _lines.Last, StringComparison.Ordinal);
    }

    private static InvalidOperationException Planted() => new("planted");

    private void Fail()
    {
        _turns++;
        throw Planted();
    }

    private async Task PassAsync(TimeSpan time, Func<bool> happened)
    {
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, Patience, () => "something waits for the clock");
        _time.Advance(time);
        await Eventually.TrueAsync(happened, Patience, () => "it does not happen when due");
    }

    private sealed class Lines : ILogger
    {
        private readonly Lock _gate = new();

        public int Count { get; private set; }

        public string Last { get; private set; } = "";

        public Exception? LastFailure { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate)
            {
                Last = formatter(state, exception);
                LastFailure = exception;
                Count++;
            }
        }
    }
}
