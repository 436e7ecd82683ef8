using MetaStore.IO;

namespace MetaStore.Server.Observability.Logging;

/// <summary>Writes the log lines that still wait, which tell how it came to this, and then does what <paramref name="inner"/> does.</summary>
internal sealed class FlushingFatalHandler(Logs logs, IFatalHandler inner) : IFatalHandler
{
    /// <summary>Whoever reads the log may have stopped: the process ends all the same, and soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc/>
    public void OnFatal(int exitCode, string reason)
    {
        logs.Flush(Patience);
        inner.OnFatal(exitCode, reason);
    }
}
