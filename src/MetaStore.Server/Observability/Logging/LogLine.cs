using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Logging;

/// <summary>What a log line says, before it has a form.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How bad.</param>
/// <param name="Caller">Where it comes from: category/event:number.</param>
/// <param name="Message">The sentence, with what its template names in it.</param>
/// <param name="Fields">What the template does not name, so that each fact stands once.</param>
/// <param name="Exception">What was thrown, or null.</param>
internal readonly record struct LogLine(
    DateTime At, LogLevel Level, string Caller, string Message, IReadOnlyList<KeyValuePair<string, object?>> Fields, Exception? Exception)
{
    /// <summary>etcd's name of the level. Critical is "error": zap's panic and fatal say that the process ends.</summary>
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
