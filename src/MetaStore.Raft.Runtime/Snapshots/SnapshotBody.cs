namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>What a container holds. Numbers are part of the format.</summary>
public enum SnapshotBody
{
    /// <summary>A checkpoint that every engine reads.</summary>
    Portable = 0,

    /// <summary>The files of one engine as they are; what wrote them stands in front of them.</summary>
    EngineFiles = 1,
}
