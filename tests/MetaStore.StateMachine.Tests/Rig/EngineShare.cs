namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Number of seeds of a random test per engine: opening RocksDB takes as long as a whole history in memory, so it gets fewer.</summary>
internal static class EngineShare
{
    private const int RocksDbShare = 15;

    /// <summary>METASTORE_MODEL_SEEDS for both engines; otherwise the default number, or a fifteenth of it for RocksDB.</summary>
    public static int Seeds(string engine, int usual)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("METASTORE_MODEL_SEEDS"), out var seeds) && seeds > 0)
        {
            return seeds;
        }

        return engine == "rocksdb" ? Math.Max(1, usual / RocksDbShare) : usual;
    }
}
