using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace MetaStore.Simulation.Nodes;

/// <summary>Ignores log lines, except that a logged failure of a loop or a timer, after which the product continues, ends the run.</summary>
internal sealed class SimLogger : ILogger
{
    public static SimLogger Instance { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null)
        {
            ExceptionDispatchInfo.Throw(exception);
        }
    }
}
