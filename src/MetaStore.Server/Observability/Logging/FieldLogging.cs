using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Logging;

/// <summary>Log lines with a variable set of fields.</summary>
internal static class FieldLogging
{
    /// <summary>Logs a message with fields; their names are written unchanged.</summary>
    public static void WithFields(this ILogger logger, LogLevel level, EventId id, string message, List<KeyValuePair<string, object?>> fields)
    {
        fields.Add(new("{OriginalFormat}", message));
        logger.Log(level, id, fields, null, static (state, _) => (string)state[^1].Value!);
    }
}
