namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Kind of content of a container. Numbers are part of the format.</summary>
public enum SnapshotBody
{
    /// <summary>A checkpoint that every engine reads.</summary>
    Portable = 0,

    /// <summary>The files of one engine, preceded by their format.</summary>
    EngineFiles = 1,

    /// <summary>The names of page files of this member, which are beside the container, and what is in none of them. Never sent.</summary>
    Pages = 2,
}
