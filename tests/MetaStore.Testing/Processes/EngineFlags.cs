namespace MetaStore.Testing.Processes;

/// <summary>The engines that every test of real processes runs on.</summary>
public static class EngineFlags
{
    /// <summary>Small write buffers, so that RocksDB flushes and compacts within a test.</summary>
    public static string[] Of(string engine, params string[] more)
    {
        return engine == "rocksdb" ? ["--engine", "rocksdb", "--rocksdb-write-buffer-bytes", "1MiB", .. more] : ["--engine", engine, .. more];
    }
}
