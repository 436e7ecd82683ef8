using MetaStore.IO;

namespace MetaStore.Server.Observability.Logging;

/// <summary>Flushes the log lines that explain the failure, and then calls <paramref name="inner"/>.</summary>
internal sealed class FlushingFatalHandler(Logs logs, IFatalHandler inner) : IFatalHandler
{
    /// <summary>The log's reader may have stopped: the process must end soon nevertheless.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc/>
    public void OnFatal(int exitCode, string reason)
    {
        logs.Flush(Patience);
        inner.OnFatal(exitCode, reason);
    }
}
