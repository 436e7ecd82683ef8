using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Observability.Outputs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace MetaStore.Server.Observability;

/// <summary>Makes the logger: JSON or console lines, written by a thread of their own, dropped rather than waited for.</summary>
internal static class Logs
{
    private const int QueueLines = 8192;

    /// <exception cref="Hosting.StartException">An output cannot be opened.</exception>
    public static ILoggerFactory Create(LoggingOptions options)
    {
        if (options.Outputs is not ([LoggingOptions.Default] or ["stderr"] or ["stdout"]))
        {
            // The console logger writes to what standard error is at this moment.
            Console.SetError(new StreamWriter(LogOutputs.Open(options)) { AutoFlush = true });
        }

        return CreateConsole(options);
    }

    private static ILoggerFactory CreateConsole(LoggingOptions options) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(LevelOf(options.Level));
        builder.AddFilter("Microsoft", LogLevel.Warning);
        if (options.Format == "json")
        {
            builder.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            builder.AddSimpleConsole(simple =>
            {
                simple.SingleLine = true;
                simple.TimestampFormat = "HH:mm:ss.fff ";
            });
        }

        builder.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.MaxQueueLength = QueueLines;
            console.LogToStandardErrorThreshold = options.Outputs is ["stdout"] ? LogLevel.None : LogLevel.Trace;
        });
    });

    private static LogLevel LevelOf(string level) => level switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
