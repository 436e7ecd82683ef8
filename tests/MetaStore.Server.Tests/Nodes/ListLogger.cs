using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Tests.Nodes;

/// <summary>Keeps the lines that are logged.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly List<(LogLevel Level, int Id, string Message, Dictionary<string, object?> Fields)> _lines = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Message, Dictionary<string, object?> Fields)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IEnumerable<string> Messages => Lines.Select(line => line.Message);

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var fields = (state as IEnumerable<KeyValuePair<string, object?>> ?? []).ToDictionary(pair => pair.Key, pair => pair.Value);
        lock (_lines)
        {
            _lines.Add((logLevel, eventId.Id, formatter(state, exception), fields));
        }
    }
}
