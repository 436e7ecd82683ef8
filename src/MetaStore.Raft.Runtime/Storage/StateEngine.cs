namespace MetaStore.Raft.Runtime.Storage;

/// <summary>What keeps the state of a data directory, as its identity file says. Numbers are on disk and never reused.</summary>
public enum StateEngine : uint
{
    /// <summary>Memory; on disk there are snapshots.</summary>
    Memory = 0,

    /// <summary>RocksDB, in the folder "engine".</summary>
    RocksDb = 1,
}
