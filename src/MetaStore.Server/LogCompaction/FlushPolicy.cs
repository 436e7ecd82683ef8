namespace MetaStore.Server.LogCompaction;

/// <summary>When an engine with files of its own is asked to flush, so that the log can be cut.</summary>
/// <remarks>
/// Under load its write buffer fills by itself and nobody has to ask. What is left are states that change much and grow little, and small
/// ones: a flush costs what changed since the last one, a file of that size, so it should be worth a file. Beside that the log that is
/// kept, and replayed after a crash, has a bound.
/// </remarks>
internal static class FlushPolicy
{
    private const long SmallStateBytes = 16L << 20;
    private const long WorthAFileBytes = 16L << 20;
    private const long LogBytesMax = 256L << 20;
    private const long CountFactorMax = 10;

    /// <summary>True when the engine should flush.</summary>
    /// <param name="entries">Entries applied since the log was cut.</param>
    /// <param name="entriesMax">The configured snapshot-count.</param>
    /// <param name="logBytes">Bytes of those entries.</param>
    /// <param name="stateBytes">Bytes in the engine.</param>
    public static bool IsDue(long entries, long entriesMax, long logBytes, long stateBytes)
    {
        bool isWorthIt = stateBytes <= SmallStateBytes || logBytes >= WorthAFileBytes || entries / CountFactorMax >= entriesMax;
        return logBytes >= LogBytesMax || (isWorthIt && entries >= entriesMax);
    }
}
