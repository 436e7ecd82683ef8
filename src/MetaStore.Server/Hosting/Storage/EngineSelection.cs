using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Raft.Storage;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting.Descriptors;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>The engine of a data directory: chosen when the directory is created, and fixed from then on.</summary>
internal static class EngineSelection
{
    // Opening RocksDB writes a manifest, options and a log. With too little space it would fail halfway.
    private const long RocksDbOpenBytes = 8 << 20;

    /// <summary>The configured engine.</summary>
    public static EngineKind Of(StorageOptions options) =>
        options.Engine == RocksDbEngine.EngineName ? EngineKind.RocksDb : EngineKind.Memory;

    /// <summary>Starts slow initialization that needs no directory, in parallel with the rest of the start.</summary>
    public static void Prepare(StorageOptions options)
    {
        if (Of(options) == EngineKind.RocksDb)
        {
            RocksDbEngine.BeginLoading();
        }
    }

    /// <summary>Opens the engine of a directory.</summary>
    /// <exception cref="StartException">The directory has another engine than the configuration, or the disk has too little space for it.</exception>
    /// <exception cref="EngineException">The library cannot be loaded or the files are not usable.</exception>
    public static IStorageEngine Open(StorageOptions options, DataDirectory directory)
    {
        if (directory.Identity.Engine != Of(options))
        {
            string kept = NameOf(directory.Identity.Engine);
            throw new StartException(
                ExitCodes.BadConfiguration,
                $"--engine {options.Engine}: {directory.Path} keeps its state in the engine {kept}. Start with --engine {kept}, "
                + $"or convert it: metactl engine convert --data-dir {directory.Path} --to {options.Engine}");
        }

        if (directory.Identity.Engine == EngineKind.RocksDb && new DriveInfo(directory.Path).AvailableFreeSpace is var free and < RocksDbOpenBytes)
        {
            throw new StartException(
                ExitCodes.DiskFull, $"the disk of {directory.Path} has {free} bytes left; the engine rocksdb needs {RocksDbOpenBytes} to start. Free space first.");
        }

        var pages = new PageFolder(PhysicalDisk.Instance, directory.SnapshotPath, new PageFileSettings());
        return EngineFactory.Open(options.Engine, directory.EnginePath, SettingsOf(options), pages);
    }

    private static RocksDbSettings SettingsOf(StorageOptions options) => new()
    {
        BlockCacheBytes = options.RocksDbBlockCacheBytes,
        WriteBufferBytes = options.RocksDbWriteBufferBytes,
        Compression = options.RocksDbCompression,
        BackgroundJobs = options.RocksDbBackgroundJobs,
        OpenFiles = DescriptorPlan.OfProcess(options).EngineFiles,
    };

    private static string NameOf(EngineKind engine) => engine switch
    {
        EngineKind.Memory => MemoryEngine.EngineName,
        EngineKind.RocksDb => RocksDbEngine.EngineName,
        _ => $"number {(uint)engine}, which this version does not know",
    };
}
