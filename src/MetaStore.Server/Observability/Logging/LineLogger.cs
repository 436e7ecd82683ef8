using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Logging;

/// <summary>Formats the log entries of one category that the sampling takes and adds them to the queue.</summary>
internal sealed class LineLogger(string category, LogQueue queue, Func<LogLine, byte[]> format, LogSampling sampling, TimeProvider time) : ILogger
{
    private const string Template = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string caller = eventId.Name is null ? $"{category}:{eventId.Id}" : $"{category}/{eventId.Name}:{eventId.Id}";
        if (!sampling.Take(caller, out long leftOut))
        {
            return;
        }

        List<KeyValuePair<string, object?>> fields = FieldsOf(state) ?? [];
        if (leftOut > 0)
        {
            fields.Add(new("left-out", leftOut));
        }

        queue.Add(format(new LogLine(time.GetUtcNow().UtcDateTime, logLevel, caller, formatter(state, exception), fields, exception)));
    }

    /// <summary>The values that the template does not use.</summary>
    private static List<KeyValuePair<string, object?>>? FieldsOf<TState>(TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> { Count: > 1 } values || values[^1].Key != Template)
        {
            return null;
        }

        string template = values[^1].Value as string ?? "";
        List<KeyValuePair<string, object?>>? fields = null;
        for (int i = 0; i < values.Count - 1; i++)
        {
            if (!IsNamed(template, values[i].Key))
            {
                (fields ??= []).Add(values[i]);
            }
        }

        return fields;
    }

    /// <summary>True when the template has {name} or {name:form}, ignoring case.</summary>
    private static bool IsNamed(string template, string name)
    {
        for (int at = template.IndexOf('{', StringComparison.Ordinal); at >= 0; at = template.IndexOf('{', at + 1))
        {
            int end = at + 1 + name.Length;
            if (end < template.Length && template[end] is '}' or ':' or ','
                && template.AsSpan(at + 1, name.Length).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
