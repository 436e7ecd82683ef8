namespace MetaStore.Server.LogCompaction;

/// <summary>When an engine with files is asked to flush, so that the log can be compacted.</summary>
/// <remarks>
/// Under load its write buffer fills and is flushed without a request. That leaves small states, and states that change much but grow little: a
/// flush writes what changed since the last one, so it should be large enough to justify a file. In addition the log that is kept, and replayed
/// after a crash, is bounded.
/// </remarks>
internal static class FlushPolicy
{
    private const long SmallStateBytes = 16L << 20;
    private const long WorthAFileBytes = 16L << 20;
    private const long LogBytesMax = 256L << 20;
    private const long CountFactorMax = 10;

    /// <summary>True when the engine should flush.</summary>
    /// <param name="entries">Entries applied since the log was compacted.</param>
    /// <param name="entriesMax">The configured snapshot-count.</param>
    /// <param name="logBytes">Bytes of those entries.</param>
    /// <param name="stateBytes">Bytes in the engine.</param>
    public static bool IsDue(long entries, long entriesMax, long logBytes, long stateBytes)
    {
        bool isWorthIt = stateBytes <= SmallStateBytes || logBytes >= WorthAFileBytes || entries / CountFactorMax >= entriesMax;
        return logBytes >= LogBytesMax || (isWorthIt && entries >= entriesMax);
    }
}
