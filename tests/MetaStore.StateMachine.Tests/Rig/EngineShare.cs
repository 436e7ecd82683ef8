namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>How many seeds of a random test an engine gets: opening RocksDB costs what a whole history costs in memory, so it gets a share.</summary>
internal static class EngineShare
{
    private const int RocksDbShare = 15;

    /// <summary>METASTORE_MODEL_SEEDS for both engines; else the usual number, or a fifteenth of it for RocksDB.</summary>
    public static int Seeds(string engine, int usual)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("METASTORE_MODEL_SEEDS"), out var seeds) && seeds > 0)
        {
            return seeds;
        }

        return engine == "rocksdb" ? Math.Max(1, usual / RocksDbShare) : usual;
    }
}
