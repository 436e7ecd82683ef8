using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Logging;

/// <summary>The content of a log line before formatting.</summary>
/// <param name="At">Time.</param>
/// <param name="Level">Severity.</param>
/// <param name="Caller">Origin: category/event:number.</param>
/// <param name="Message">The message with the template's values.</param>
/// <param name="Fields">Values that the template does not use, so that each appears once.</param>
/// <param name="Exception">The exception, or null.</param>
internal readonly record struct LogLine(
    DateTime At, LogLevel Level, string Caller, string Message, IReadOnlyList<KeyValuePair<string, object?>> Fields, Exception? Exception)
{
    /// <summary>etcd's name of the level. Critical is "error": zap's panic and fatal would mean that the process ends.</summary>
    public string LevelName => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    /// <summary>UTC with microseconds, as etcd 3.5 and 3.6 write it.</summary>
    public string Time => At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
