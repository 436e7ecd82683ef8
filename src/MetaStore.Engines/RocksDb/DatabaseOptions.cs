using MetaStore.Engines.RocksDb.Native;

namespace MetaStore.Engines.RocksDb;

/// <summary>The settings in the library's words, the same for every column family.</summary>
/// <remarks>
/// Atomic flush makes the files of all families one cut of one commit: without RocksDB's log nothing else would. Keys of the large family
/// are revisions and come in ascending order, so files hardly ever overlap and move down the levels without being rewritten; a filter
/// would answer a question nobody asks, since the key index names only records that are there.
/// </remarks>
internal static class DatabaseOptions
{
    /// <summary>Memtables of the large family, at most.</summary>
    internal const int WriteBuffers = 3;

    private const long CacheBytesToRead = 8 << 20;
    private const int OpenFilesToRead = 64;

    private const ulong BytesPerSync = 1 << 20;
    private const int BlockBytes = 4 << 10;

    // The library's own log keeps the options it was opened with and nothing else. Debian builds with assertions on, and one of them ends
    // the process at a line behind one that could not be written: on a full disk the first error would be the last word.
    private const int InfoLogFatal = 4;
    private const int InfoLogs = 3;
    private const int InfoLogBytes = 4 << 20;

    internal static OptionsHandle Create(RocksDbSettings settings)
    {
        RocksDbLibrary.Require();
        var options = new OptionsHandle();
        NativeOptions.SetCreateIfMissing(options, 1);
        NativeOptions.SetCreateMissingFamilies(options, 1);
        NativeOptions.SetParanoidChecks(options, 1);
        NativeOptions.SetAtomicFlush(options, 1);
        NativeOptions.SetWriteBuffer(options, (nuint)settings.WriteBufferBytes);
        NativeOptions.SetWriteBufferCount(options, WriteBuffers);
        NativeOptions.SetBackgroundJobs(options, settings.BackgroundJobs);
        NativeOptions.SetOpenFiles(options, settings.OpenFiles);
        NativeOptions.SetInfoLogLevel(options, InfoLogFatal);
        NativeOptions.SetInfoLogsKept(options, InfoLogs);
        NativeOptions.SetInfoLogBytes(options, InfoLogBytes);
        NativeOptions.SetDynamicLevels(options, 1);
        NativeOptions.SetBytesPerSync(options, BytesPerSync);
        NativeOptions.SetCompression(options, settings.CompressionNumber);
        NativeOptions.EnableStatistics(options);
        SetTables(options, settings);
        return options;
    }

    /// <summary>For a few lookups in a checkpoint: hardly any memory, and not every table is opened.</summary>
    internal static OptionsHandle CreateToRead()
    {
        var options = Create(new RocksDbSettings { BlockCacheBytes = CacheBytesToRead });
        NativeOptions.SetCreateIfMissing(options, 0);
        NativeOptions.SetCreateMissingFamilies(options, 0);
        NativeOptions.SetOpenFiles(options, OpenFilesToRead);
        return options;
    }

    private static void SetTables(OptionsHandle options, RocksDbSettings settings)
    {
        var tables = NativeOptions.CreateTables();
        var cache = NativeOptions.CreateCache((nuint)settings.BlockCacheBytes);
        NativeOptions.SetBlockCache(tables, cache);
        NativeOptions.SetBlockBytes(tables, BlockBytes);

        // Index blocks count against the budget instead of growing beside it.
        NativeOptions.SetIndexInCache(tables, 1);
        NativeOptions.SetTables(options, tables);
        NativeOptions.DestroyTables(tables);
        NativeOptions.DestroyCache(cache);
    }
}
