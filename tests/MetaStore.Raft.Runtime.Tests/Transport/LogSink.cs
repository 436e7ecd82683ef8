using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Tests.Transport;

/// <summary>Records log lines.</summary>
internal sealed class LogSink : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Line)> _lines = new();

    public IReadOnlyList<string> Warnings => [.. _lines.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Line)];

    public IReadOnlyList<string> All => [.. _lines.Select(entry => entry.Line)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));
}
