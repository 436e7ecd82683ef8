using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Calls.Echoing;

/// <summary>Records warnings and errors.</summary>
internal sealed class LogSink : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Fails with the complete lines, which an assertion on the collection would truncate.</summary>
    public void AssertQuiet() => Assert.True(Lines.IsEmpty, string.Join('\n', Lines));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
