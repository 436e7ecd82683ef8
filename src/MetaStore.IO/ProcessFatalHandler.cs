namespace MetaStore.IO;

/// <summary>The product's <see cref="IFatalHandler"/>: <see cref="FatalExit.Now"/>.</summary>
public sealed class ProcessFatalHandler : IFatalHandler
{
    /// <summary>The only instance needed.</summary>
    public static ProcessFatalHandler Instance { get; } = new();

    /// <inheritdoc/>
    public void OnFatal(int exitCode, string reason) => FatalExit.Now(exitCode, reason);
}
