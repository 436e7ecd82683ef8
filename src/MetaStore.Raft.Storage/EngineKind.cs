namespace MetaStore.Raft.Storage;

/// <summary>The engine that holds the state of a data directory, as its identity file says. Numbers are on disk and never reused.</summary>
public enum EngineKind : uint
{
    /// <summary>Memory; snapshots on disk.</summary>
    Memory = 0,

    /// <summary>RocksDB, in the folder "engine".</summary>
    RocksDb = 1,
}
