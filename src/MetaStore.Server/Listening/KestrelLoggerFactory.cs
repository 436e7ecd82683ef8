using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening;

/// <summary>
/// Passes on Kestrel's log lines, except the startup warning that HTTP/2 is off without TLS: <see cref="Http2.CleartextProtocolChooser"/> enables it.
/// Exceptions logged by Grpc.AspNetCore are dropped: <see cref="Calls.WireCall"/> decides what to log, and some only mean that a client has
/// disconnected.
/// </summary>
internal sealed class KestrelLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) =>
        new Filter(inner.CreateLogger(categoryName), categoryName.StartsWith(GrpcCategories, StringComparison.Ordinal) ? LogLevel.Warning : LogLevel.Trace);

    /// <summary>Grpc.AspNetCore logs every call that ends with an error, as information.</summary>
    private const string GrpcCategories = "Grpc.";

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The inner factory is owned by the caller.</summary>
    public void Dispose()
    {
    }

    private sealed class Filter(ILogger inner, LogLevel least) : ILogger
    {
        private const string MisleadingWarning = "Http2DisabledWithHttp1AndNoTls";
        private const string JudgedException = "ErrorExecutingServiceMethod";

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name is not (MisleadingWarning or JudgedException) && logLevel >= least)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
