using MetaStore.IO;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.Testing;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Proposals;

public sealed class DeadlineSweeperTests : ILogger
{
    private readonly FakeTimeProvider _time = new();
    private int _failures;

    [Fact]
    public void Sweep_ThatThrows_IsLogged_AndTheNextOneRuns()
    {
        // Without a batcher every sweep fails.
        using var sweeper = new DeadlineSweeper(new ProposalCompletionPool(BackgroundWork.ThreadPool), new AppliedIndexWaiter(_time), null!, null!, TimeSpan.FromSeconds(1), _time, this);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, _failures);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _failures += exception is null ? 0 : 1;
}
