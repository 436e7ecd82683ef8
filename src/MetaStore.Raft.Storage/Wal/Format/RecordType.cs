namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Type of a record in a frame.</summary>
internal enum RecordType : byte
{
    /// <summary>term u64, index u64, type u8, data.</summary>
    Entry = 1,

    /// <summary>term u64, vote u64, commit u64.</summary>
    HardState = 2,

    /// <summary>flags u8, index u64, term u64, hash length u8, hash, configuration.</summary>
    SnapshotMarker = 3,

    /// <summary>A configuration alone. Reserved: skipped when read, not written by format 1.</summary>
    Config = 4,

    /// <summary>last index u64, previous chain hash u64, frames in the segment u64. Last record of a full segment.</summary>
    Seal = 5,
}
