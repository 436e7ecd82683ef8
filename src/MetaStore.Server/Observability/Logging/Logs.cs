using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting;
using MetaStore.Server.Observability.Outputs;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Observability.Logging;

/// <summary>The process's log: lines in etcd's format, written by a separate thread; dropped rather than waited for.</summary>
internal sealed class Logs : ILoggerProvider
{
    private readonly LogQueue _queue;
    private readonly Func<LogLine, byte[]> _format;
    private readonly LogSampling _sampling = new(TimeProvider.System);
    private readonly LogOutputs _target;
    private volatile LogLevel _level;

    private Logs(LoggingOptions options)
    {
        _level = LevelOf(options.Level);
        _target = LogOutputs.Open(options);
        _format = LogFormats.Named(options.Format);
        _queue = new LogQueue(
            _target, lost => _format(new LogLine(DateTime.UtcNow, LogLevel.Warning, "MetaStore.Server.Logs:1", "log lines were lost", [new("lines", lost)], null)));
    }

    /// <summary>Opens the log.</summary>
    /// <param name="options">Level, format and outputs.</param>
    /// <exception cref="StartException">An output cannot be opened.</exception>
    public static Logs Open(LoggingOptions options) => new(options);

    /// <summary>Makes it the only logger of a host's components. Owned by the caller, and must outlive the host.</summary>
    public void AddTo(ILoggingBuilder builder) => builder
        .ClearProviders()
        .SetMinimumLevel(LogLevel.Trace)
        .AddFilter(level => level >= _level)
        .AddFilter("Microsoft", LogLevel.Warning)

        // A failed start has its own line; the host would log the exception as well.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        .AddProvider(this);

    /// <summary>Changes the minimum severity from now on.</summary>
    /// <param name="level">A value of <c>--log-level</c>.</param>
    public void SetLevel(string level) => _level = LevelOf(level);

    /// <summary>Waits until all lines so far are written, at most <paramref name="patience"/>: for the end of the process.</summary>
    public void Flush(TimeSpan patience) => _queue.Flush(patience);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, _queue, _format, _sampling, TimeProvider.System);

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        _target.Dispose();
    }

    private static LogLevel LevelOf(string level) => level switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
