using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.RocksDb;
using MetaStore.IO;
using MetaStore.Raft.Storage;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting.Descriptors;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>The engine of a data directory: chosen when the directory is made, and from then on the directory's.</summary>
internal static class EngineSelection
{
    // Opening RocksDB writes a manifest, options and a log. With too little room it would fail in the middle of that.
    private const long RocksDbOpenBytes = 8 << 20;

    /// <summary>What the configuration asks for.</summary>
    public static EngineKind Of(StorageOptions options) =>
        options.Engine == RocksDbEngine.EngineName ? EngineKind.RocksDb : EngineKind.Memory;

    /// <summary>Begins what takes long and needs no directory, beside the rest of the start.</summary>
    public static void Prepare(StorageOptions options)
    {
        if (Of(options) == EngineKind.RocksDb)
        {
            RocksDbEngine.BeginLoading();
        }
    }

    /// <summary>Opens the engine of a directory.</summary>
    /// <exception cref="StartException">The directory keeps its state in another engine than the configuration says, or has no room for it.</exception>
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

        return EngineFactory.Open(options.Engine, directory.EnginePath, SettingsOf(options));
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
